// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <sys/stat.h>

#include <array>
#include <map>

#include "base/text.h"
#include "target/names.h"
#include "target/target.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using configfs::EntryKind;
using configfs::Node;
using configfs::Operation;
using configfs::Verb;

bool is_directory(const Node& node) {
  return node.entry.kind == EntryKind::directory;
}
bool is_writable(const Node& node) {
  return (node.entry.mode & 0200) != 0 && (node.entry.mode & 0444) != 0;
}

/// The text after `key` in an `info` file, up to `end` or the line's end; "" when the key is not there.
/// Unlike the originals' parser it keeps blanks inside values.
std::string_view info_value(std::string_view info, std::string_view key, std::string_view end) {
  const std::size_t at = info.find(key);
  if (at == std::string_view::npos) return "";
  info.remove_prefix(at + key.size());
  info = info.substr(0, info.find('\n'));
  if (!end.empty()) info = info.substr(0, info.rfind(end));
  return trim(info);
}

bool is_block_device(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode);
}

/// Group values from the files of `directory`; files that cannot be written or read belong to no
/// configuration.
void read_group(const Node* directory, config::Object& object, const std::string& group) {
  if (directory == nullptr) return;
  for (const Node& file : directory->nodes) {
    if (file.entry.kind != EntryKind::file || !is_writable(file) || file.errnum != 0) continue;
    const std::string name = group_value_name(group, file.entry.name);
    std::string value = group_value(group, name, file.text);
    // An empty credential is an unset one; discovery authentication that is off is the default of every
    // runtime.
    const bool credential = group == "auth" || group == "discovery_auth";
    if (credential && (value.empty() || (name == "enable" && value == "no"))) continue;
    object.groups[group][name] = std::move(value);
  }
}

void read_fileio(config::Object& disk, std::string_view udev_path, std::string_view info) {
  std::string path(trim(udev_path));
  if (path.empty()) path = info_value(info, "File: ", "  Size: ");
  if (!path.empty()) disk.attributes["path"] = path;
  const std::string_view size = info_value(info, "  Size: ", "  Mode: ");
  if (!size.empty() && !is_block_device(path)) disk.attributes["size"] = std::string(size);
  disk.attributes["buffered"] = info.find("Mode: Buffered") == std::string_view::npos ? "no" : "yes";
}

void read_iblock(config::Object& disk, std::string_view udev_path, std::string_view info) {
  std::string path(trim(udev_path));
  if (path.empty()) path = info_value(info, "UDEV PATH: ", "  readonly: ");
  if (!path.empty()) disk.attributes["path"] = path;
  disk.attributes["readonly"] = info.find("readonly: 1") == std::string_view::npos ? "no" : "yes";
}

void read_ramdisk(config::Object& disk, std::string_view info) {
  const std::string_view pages = info_value(info, "PAGES/PAGE_SIZE: ", "");
  const std::size_t star = pages.find('*');
  if (star != std::string_view::npos) {
    const auto count = parse_unsigned(pages.substr(0, star));
    const auto bytes = parse_unsigned(pages.substr(star + 1, pages.find(' ', star) - star - 1));
    if (count && bytes) disk.attributes["size"] = std::to_string(*count * *bytes);
  }
  if (info.find("nullio: 1") != std::string_view::npos) disk.attributes["nullio"] = "yes";
}

struct FoundDisk {
  std::string directory;
  config::Path path;
  const Node* node = nullptr;
};

bool is_known_plugin(std::string_view plugin) {
  return plugin == "fileio" || plugin == "iblock" || plugin == "rd_mcp";
}

std::vector<FoundDisk> find_disks(const Node& root) {
  std::vector<FoundDisk> found;
  const Node* core = root.find("core");
  if (core == nullptr) return found;
  for (const Node& hba : core->nodes) {
    const auto parsed = parse_hba(hba.entry.name);
    if (!parsed || !is_directory(hba) || !is_known_plugin(parsed->first)) continue;
    for (const Node& disk : hba.nodes) {
      if (!is_directory(disk)) continue;
      found.push_back(
          {fmt::format("core/{}/{}", hba.entry.name, disk.entry.name),
           {ObjectKey{ObjectClass::storage, parsed->first}, ObjectKey{ObjectClass::disk, disk.entry.name}},
           &disk});
    }
  }
  return found;
}

constexpr std::array disk_files{std::string_view("info"), std::string_view("udev_path"),
                                std::string_view("wwn/vpd_unit_serial")};

/// What `info` and its neighbours say is not in a tree of `config` files: one batch for all disks.
Result<> read_disks(configfs::Tree& live, const std::vector<FoundDisk>& disks, config::Tree& out) {
  std::vector<Operation> reads;
  for (const FoundDisk& disk : disks) {
    for (const std::string_view file : disk_files) {
      reads.push_back({Verb::read, fmt::format("{}/{}", disk.directory, file), ""});
    }
  }
  if (reads.empty()) return {};
  const configfs::BatchResult result = live.batch(reads);
  if (!result) return result.failure->error;
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const auto answer = [&](std::size_t file) -> std::string_view {
      return result.answers[i * disk_files.size() + file].text;
    };
    config::Object& object = out.ensure(disks[i].path);
    const std::string& hba = disks[i].directory;
    object.attributes["hba"] = std::to_string(parse_hba(split(hba, '/')[1])->second);
    if (disks[i].path[0].id == "fileio") {
      read_fileio(object, answer(1), answer(0));
    } else if (disks[i].path[0].id == "iblock") {
      read_iblock(object, answer(1), answer(0));
    } else {
      read_ramdisk(object, answer(0));
    }
    const std::string_view serial = info_value(answer(2), "Serial Number: ", "");
    if (!serial.empty()) object.attributes["wwn"] = std::string(serial);
    read_group(disks[i].node->find("attrib"), object, "attribute");
    // Follows from `buffered` for files, and from the device; a RAM disk's is an attribute like others.
    if (disks[i].path[0].id != "rd_mcp") object.groups["attribute"].erase("emulate_write_cache");
  }
  return {};
}

/// The one link of a LUN's or mapped LUN's directory, or null: a broken one.
const Node* link_of(const Node& directory) {
  for (const Node& node : directory.nodes) {
    if (node.entry.kind == EntryKind::link) return &node;
  }
  return nullptr;
}

std::string number_after(std::string_view name, std::string_view prefix) {
  return name.starts_with(prefix) ? std::string(name.substr(prefix.size())) : std::string();
}

void read_luns(const Node* luns, config::Object& tpg) {
  if (luns == nullptr) return;
  for (const Node& node : luns->nodes) {
    const std::string number = number_after(node.entry.name, "lun_");
    if (number.empty()) continue;
    config::Object& lun = tpg.children[{ObjectClass::lun, number}];
    const Node* link = link_of(node);
    if (link == nullptr) continue;
    lun.attributes["alias"] = link->entry.name;
    const auto parts = split(link->entry.link_target, '/');  // core/PLUGIN_N/NAME
    const auto hba = parts.size() == 3 ? parse_hba(parts[1]) : std::nullopt;
    if (hba) lun.attributes["backend"] = fmt::format("{}:{}", hba->first, parts[2]);
  }
}

void read_acl(const Node& node, config::Object& acl) {
  read_group(node.find("auth"), acl, "auth");
  read_group(node.find("attrib"), acl, "attribute");
  read_group(node.find("param"), acl, "parameter");
  if (const Node* depth = node.find("cmdsn_depth")) acl.groups["attribute"]["tcq_depth"] = depth->text;
  for (const Node& child : node.nodes) {
    const std::string number = number_after(child.entry.name, "lun_");
    if (number.empty() || !is_directory(child)) continue;
    config::Object& mapped = acl.children[{ObjectClass::mapped_lun, number}];
    mapped.attributes["write_protect"] = trim(child.value("write_protect")) == "1" ? "yes" : "no";
    const Node* link = link_of(child);
    if (link == nullptr) continue;
    mapped.attributes["alias"] = link->entry.name;
    mapped.attributes["target_lun"] = number_after(split(link->entry.link_target, '/').back(), "lun_");
  }
}

void read_tpg(const Node& node, config::Object& tpg) {
  if (node.find("enable") != nullptr)
    tpg.attributes["enable"] = trim(node.value("enable")) == "1" ? "yes" : "no";
  read_group(node.find("auth"), tpg, "auth");
  read_group(node.find("attrib"), tpg, "attribute");
  read_group(node.find("param"), tpg, "parameter");
  read_luns(node.find("lun"), tpg);
  if (const Node* acls = node.find("acls")) {
    for (const Node& acl : acls->nodes) {
      if (is_directory(acl)) read_acl(acl, tpg.children[{ObjectClass::acl, acl.entry.name}]);
    }
  }
  if (const Node* portals = node.find("np")) {
    for (const Node& portal : portals->nodes) {
      if (is_directory(portal)) tpg.children[{ObjectClass::portal, portal.entry.name}];
    }
  }
}

void read_iscsi(const Node& node, config::Tree& out) {
  config::Object& fabric = out.ensure({{ObjectClass::fabric, "iscsi"}});
  read_group(node.find("discovery_auth"), fabric, "discovery_auth");
  for (const Node& target : node.nodes) {
    if (!is_directory(target) || target.entry.name == "discovery_auth") continue;
    config::Object& object = fabric.children[{ObjectClass::target, target.entry.name}];
    for (const Node& tpg : target.nodes) {
      const std::string tag = number_after(tpg.entry.name, "tpgt_");
      if (!tag.empty()) read_tpg(tpg, object.children[{ObjectClass::tpgt, tag}]);
    }
  }
}

void keep_set(const config::Attributes& reference, config::Attributes& attributes) {
  std::erase_if(attributes, [&](const auto& entry) { return !reference.contains(entry.first); });
}

void keep_comparable(const config::Object& reference, config::Object& object) {
  keep_set(reference.attributes, object.attributes);
  for (auto& [group, values] : object.groups) {
    const auto wanted = reference.groups.find(group);
    // A secret that the runtime has and the configuration has not is a difference: somebody may log in with
    // it.
    if (group == "auth" || group == "discovery_auth") continue;
    keep_set(wanted == reference.groups.end() ? config::Attributes{} : wanted->second, values);
  }
  std::erase_if(object.groups, [](const auto& entry) { return entry.second.empty(); });
  object.children.edit_each([&](const ObjectKey& key, config::Object& child) {
    const auto wanted = reference.children.find(key);
    if (wanted != reference.children.end()) keep_comparable(wanted->second, child);
  });
}

}  // namespace

Result<config::Tree> read_live(configfs::Tree& live) {
  const Node root = TRY(live.read_tree("", configfs::ReadFilter{}));
  config::Tree tree;
  TRY_OK(read_disks(live, find_disks(root), tree));
  if (const Node* iscsi = root.find("iscsi")) read_iscsi(*iscsi, tree);
  return tree;
}

config::Tree comparable(const config::Tree& live, const config::Tree& reference) {
  config::Tree tree = live;
  keep_comparable(reference.root, tree.root);
  return tree;
}

Result<std::vector<std::string>> unknown_objects(configfs::Tree& live) {
  std::vector<std::string> found;
  const auto add_children = [&](const std::string& parent) -> Result<> {
    const auto children = TRY(live.list(parent));
    for (const configfs::Entry& child : children) {
      if (child.kind == EntryKind::directory && child.name != "discovery_auth")
        found.push_back(parent + "/" + child.name);
    }
    return {};
  };
  const auto hbas = TRY(live.list("core"));
  for (const configfs::Entry& hba : hbas) {
    const auto parsed = parse_hba(hba.name);
    if (parsed && !is_known_plugin(parsed->first)) TRY_OK(add_children("core/" + hba.name));
  }
  const auto fabrics = TRY(live.list(""));
  for (const configfs::Entry& fabric : fabrics) {
    if (fabric.kind != EntryKind::directory || fabric.name == "core" || fabric.name == "iscsi") continue;
    TRY_OK(add_children(fabric.name));
  }
  return found;
}

}  // namespace lunet::target
