// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "target/alua.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/read_disks.h"
#include "target/target.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using configfs::EntryKind;
using configfs::Node;

bool is_directory(const Node& node) {
  return node.entry.kind == EntryKind::directory;
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

/// Content of a file that could be read, without blanks; "" for none.
std::string_view text_of(const Node& directory, std::string_view file) {
  const Node* node = directory.find(file);
  return node == nullptr || node->errnum != 0 ? std::string_view() : trim(node->text);
}

/// Reads the fabrics. What is as a fresh object has it, and not read from a group, is left out.
class FabricReader {
 public:
  explicit FabricReader(const DiskNames& disks) : disks_(disks) {}

  void read(const Node& node, const std::string& name, config::Tree& out) {
    fabric_ = name;
    config::Object& fabric = out.ensure({{ObjectClass::fabric, name}});
    read_group(node.find("discovery_auth"), fabric, "discovery_auth");
    drop_fresh(fabric, name);
    read_cpus(node, fabric);
    for (const Node& target : node.nodes) {
      if (!is_directory(target) || target.entry.name == "discovery_auth") continue;
      config::Object& object =
          fabric.children[{ObjectClass::target, wwn_of_directory(name, target.entry.name)}];
      read_group(target.find("param"), object, "parameter");
      for (const Node& tpg : target.nodes) {
        const std::string tag = number_after(tpg.entry.name, "tpgt_");
        if (tag.empty()) continue;
        if (!is_flat(name)) {
          read_tpg(tpg, object.children[{ObjectClass::tpgt, tag}]);
        } else if (tag == "1") {
          read_tpg(tpg, object);
        }
      }
    }
  }

 private:
  /// A fabric's directory stays when its last target goes; what it reads then is nobody's configuration.
  static void drop_fresh(config::Object& fabric, const std::string& name) {
    const auto group = fabric.groups.find("discovery_auth");
    const schema::Kind* kind = kind_of({{ObjectClass::fabric, name}});
    if (group == fabric.groups.end() || kind == nullptr) return;
    std::erase_if(group->second, [&](const auto& value) {
      const schema::Attribute* known = kind->attribute("discovery_auth", value.first);
      return known != nullptr && known->kernel_default == value.second;
    });
    if (group->second.empty()) fabric.groups.erase(group);
  }

  static void read_cpus(const Node& node, config::Object& fabric) {
    const std::string_view cpus = text_of(node, "cpus_allowed_list");
    const long count = ::sysconf(_SC_NPROCESSORS_CONF);
    const std::string all = count > 1 ? fmt::format("0-{}", count - 1) : "0";
    if (!cpus.empty() && cpus != all) fabric.attributes["cpus_allowed_list"] = std::string(cpus);
  }

  void read_tpg(const Node& node, config::Object& tpg) {
    if (node.find("enable") != nullptr)
      tpg.attributes["enable"] = text_of(node, "enable") == "1" ? "yes" : "no";
    if (const auto nexus = text_of(node, "nexus"); !nexus.empty())
      tpg.attributes["nexus_wwn"] = wwn_of_directory(fabric_, nexus);
    if (const auto id = text_of(node, "directory_id"); !id.empty() && id != "implicit")
      tpg.attributes["directory_id"] = std::string(id);
    if (const auto rtpi = text_of(node, "rtpi"); !rtpi.empty()) tpg.attributes["rtpi"] = std::string(rtpi);
    read_group(node.find("auth"), tpg, "auth");
    read_group(node.find("attrib"), tpg, "attribute");
    // Of a flat target "param" is its own.
    if (!is_flat(fabric_)) read_group(node.find("param"), tpg, "parameter");
    read_luns(node.find("lun"), tpg);
    if (const Node* acls = node.find("acls")) {
      for (const Node& acl : acls->nodes) {
        if (is_directory(acl))
          read_acl(acl, tpg.children[{ObjectClass::acl, wwn_of_directory(fabric_, acl.entry.name)}]);
      }
    }
    if (const Node* portals = node.find("np")) {
      for (const Node& portal : portals->nodes) {
        if (!is_directory(portal)) continue;
        config::Object& object = tpg.children[{ObjectClass::portal, portal.entry.name}];
        if (text_of(portal, "iser") == "1") object.attributes["iser"] = "yes";
        if (text_of(portal, "cxgbit") == "1") object.attributes["offload"] = "yes";
      }
    }
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
      const std::string& disk = link->entry.link_target;
      const auto parts = split(disk, '/');  // core/PLUGIN_N/NAME
      const auto hba = parts.size() == 3 ? parse_hba(parts[1]) : std::nullopt;
      const auto known = disks_.find(disk);
      if (hba)
        lun.attributes["backend"] = fmt::format(
            "{}:{}", hba->first, known == disks_.end() ? parts[2] : std::string_view(known->second));
      const std::string group = written_text("alua_tg_pt_gp", node.value("alua_tg_pt_gp"));
      if (!group.empty() && group != default_port_group) lun.attributes["alua_tg_pt_gp_name"] = group;
      if (text_of(node, "alua_tg_pt_write_md") == "1") lun.attributes["alua_tg_pt_write_md"] = "yes";
    }
  }

  void read_acl(const Node& node, config::Object& acl) {
    if (const auto tag = text_of(node, "tag"); !tag.empty()) acl.attributes["tag"] = std::string(tag);
    if (const auto depth = text_of(node, "cmdsn_depth"); !depth.empty())
      acl.attributes["tcq_depth"] = std::string(depth);
    read_group(node.find("auth"), acl, "auth");
    read_group(node.find("attrib"), acl, "attribute");
    read_group(node.find("param"), acl, "parameter");
    for (const Node& child : node.nodes) {
      const std::string number = number_after(child.entry.name, "lun_");
      if (number.empty() || !is_directory(child)) continue;
      config::Object& mapped = acl.children[{ObjectClass::mapped_lun, number}];
      mapped.attributes["write_protect"] = text_of(child, "write_protect") == "1" ? "yes" : "no";
      const Node* link = link_of(child);
      if (link == nullptr) continue;
      mapped.attributes["alias"] = link->entry.name;
      mapped.attributes["target_lun"] = number_after(split(link->entry.link_target, '/').back(), "lun_");
    }
  }

  const DiskNames& disks_;
  std::string fabric_;
};

}  // namespace

Result<config::Tree> read_live(configfs::Tree& live) {
  const Node root = TRY(live.read_tree("", configfs::ReadFilter{}));
  config::Tree tree;
  const DiskNames disks = TRY(read_disks(live, root, tree));
  FabricReader reader(disks);
  for (const Node& node : root.nodes) {
    const std::string_view fabric = fabric_of_directory(node.entry.name);
    if (!fabric.empty() && is_directory(node)) reader.read(node, std::string(fabric), tree);
  }
  return tree;
}

Result<std::vector<std::string>> unknown_objects(configfs::Tree& live) {
  std::vector<std::string> found;
  const auto children = [&](const std::string& parent) -> Result<std::vector<std::string>> {
    std::vector<std::string> names;
    const auto entries = TRY(live.list(parent));
    for (const configfs::Entry& entry : entries) {
      if (entry.kind == EntryKind::directory && entry.name != "discovery_auth")
        names.push_back(fmt::format("{}/{}", parent, entry.name));
    }
    return names;
  };
  const auto add = [&](std::vector<std::string> names) {
    found.insert(found.end(), names.begin(), names.end());
  };
  const auto hbas = TRY(live.list("core"));
  for (const configfs::Entry& hba : hbas) {
    const auto parsed = parse_hba(hba.name);
    if (parsed && !is_known_plugin(parsed->first)) add(TRY(children("core/" + hba.name)));
  }
  const auto fabrics = TRY(live.list(""));
  for (const configfs::Entry& entry : fabrics) {
    if (entry.kind != EntryKind::directory || entry.name == "core") continue;
    const std::string_view fabric = fabric_of_directory(entry.name);
    if (fabric.empty()) add(TRY(children(entry.name)));
    if (fabric.empty() || !is_flat(fabric)) continue;
    const auto targets = TRY(children(entry.name));
    for (const std::string& target : targets) {
      auto tpgs = TRY(children(target));
      std::erase_if(tpgs, [](const std::string& path) {
        return path.ends_with("/tpgt_1") || path.find("/tpgt_") == std::string::npos;
      });
      add(std::move(tpgs));
    }
  }
  return found;
}

}  // namespace lunet::target
