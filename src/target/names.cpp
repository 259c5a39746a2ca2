// SPDX-License-Identifier: Apache-2.0
#include "target/names.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "configfs/kernel_calls.h"
#include "target/kinds.h"

namespace lunet::target {
namespace {

using config::ObjectClass;

struct Alias {
  std::string_view shell;
  std::string_view core;
};
constexpr std::array plugins{Alias{"ramdisk", "rd_mcp"}, Alias{"block", "iblock"}};

/// Names of the credential groups that differ between the configuration and the tree. `auth` keeps the tree's
/// names, `discovery_auth` has its own (features 5.5.2); both take either.
struct FileName {
  std::string_view value;
  std::string_view file;
};
constexpr std::array discovery_names{FileName{"enable", "enforce_discovery_auth"},
                                     FileName{"mutual_userid", "userid_mutual"},
                                     FileName{"mutual_password", "password_mutual"}};
constexpr std::array auth_names{FileName{"mutual_userid", "userid_mutual"},
                                FileName{"mutual_password", "password_mutual"}};

/// Attributes of the object itself that are files; `in_group`: of the portal group's directory.
struct OwnFile {
  ObjectClass object_class;
  std::string_view name;
  std::string_view file;
  bool in_group = false;
};
constexpr std::array own_files{
    OwnFile{ObjectClass::disk, "wwn", "wwn/vpd_unit_serial"},
    OwnFile{ObjectClass::disk, "buffered", "attrib/emulate_write_cache"},
    OwnFile{ObjectClass::fabric, "cpus_allowed_list", "cpus_allowed_list"},
    OwnFile{ObjectClass::target, "enable", "enable", true},
    OwnFile{ObjectClass::target, "nexus_wwn", "nexus", true},
    OwnFile{ObjectClass::target, "directory_id", "directory_id", true},
    OwnFile{ObjectClass::tpgt, "enable", "enable", true},
    OwnFile{ObjectClass::tpgt, "nexus_wwn", "nexus", true},
    OwnFile{ObjectClass::tpgt, "rtpi", "rtpi", true},
    OwnFile{ObjectClass::lun, "alua_tg_pt_gp_name", "alua_tg_pt_gp"},
    OwnFile{ObjectClass::lun, "alua_tg_pt_write_md", "alua_tg_pt_write_md"},
    OwnFile{ObjectClass::lun, "alua_tg_pt_offline", "alua_tg_pt_offline"},
    OwnFile{ObjectClass::lun, "alua_tg_pt_status", "alua_tg_pt_status"},
    OwnFile{ObjectClass::acl, "tag", "tag"},
    OwnFile{ObjectClass::acl, "tcq_depth", "cmdsn_depth"},
    OwnFile{ObjectClass::mapped_lun, "write_protect", "write_protect"},
    OwnFile{ObjectClass::portal, "iser", "iser"},
    OwnFile{ObjectClass::portal, "offload", "cxgbit"},
};
constexpr std::string_view flat_group = "tpgt_1/";

/// Without a value: what makes the file read as that of a fresh object.
struct Clearing {
  std::string_view name;
  std::string_view text;
};
constexpr std::array clearings{Clearing{"tag", "NULL"}, Clearing{"chap_algorithms", "NULL"},
                               Clearing{"directory_id", "implicit"},
                               Clearing{"alua_tg_pt_gp_name", "default_tg_pt_gp"}};

std::string all_cpus() {
  const long cpus = ::sysconf(_SC_NPROCESSORS_CONF);
  return cpus > 1 ? fmt::format("0-{}", cpus - 1) : "0";
}

std::string child_directory(const config::Path& path, std::size_t i) {
  const config::ObjectKey& key = path[i];
  const ObjectClass parent = path[i - 1].object_class;
  const std::string_view group = parent == ObjectClass::target && is_flat(path[0].id) ? flat_group : "";
  switch (key.object_class) {
    case ObjectClass::target: return wwn_directory(path[0].id, key.id);
    case ObjectClass::tpgt: return "tpgt_" + key.id;
    case ObjectClass::lun: return fmt::format("{}lun/lun_{}", group, key.id);
    case ObjectClass::acl: return fmt::format("{}acls/{}", group, wwn_directory(path[0].id, key.id));
    case ObjectClass::portal: return fmt::format("{}np/{}", group, key.id);
    case ObjectClass::mapped_lun: return parent == ObjectClass::acl ? "lun_" + key.id : "";
    default: return "";
  }
}

Error no_directory(const config::Path& path) {
  return Error{EINVAL, fmt::format("'{}' has no place in the target tree", config::path_text(path)), ""};
}

Result<std::string> disk_directory(const config::Tree& tree, const config::Path& path) {
  const config::Object* disk = tree.find(path);
  const std::string_view hba = disk == nullptr ? "" : disk->attribute("hba");
  if (!parse_unsigned(hba)) {
    return Error{EINVAL, fmt::format("{}: no HBA number is recorded", config::path_text(path)),
                 "give it an attribute 'hba'"};
  }
  return fmt::format("core/{}_{}/{}", path[0].id, hba, disk_name(*disk, path));
}

}  // namespace

bool is_credential_group(std::string_view group) {
  return group == "auth" || group == "discovery_auth";
}

std::string_view core_plugin(std::string_view plugin) {
  for (const Alias& alias : plugins) {
    if (plugin == alias.shell) return alias.core;
  }
  return plugin;
}

std::string_view shell_plugin(std::string_view plugin) {
  for (const Alias& alias : plugins) {
    if (plugin == alias.core) return alias.shell;
  }
  return plugin;
}

Result<std::string> directory_of(const config::Tree& tree, const config::Path& path) {
  if (path.empty()) return no_directory(path);
  if (path[0].object_class == ObjectClass::storage) {
    if (path.size() == 1) return std::string("core");
    if (path.size() == 2 && path[1].object_class == ObjectClass::disk) return disk_directory(tree, path);
    return no_directory(path);
  }
  if (path[0].object_class != ObjectClass::fabric) return no_directory(path);
  std::string directory(fabric_directory(path[0].id));
  for (std::size_t i = 1; i < path.size(); ++i) {
    const std::string child = child_directory(path, i);
    if (child.empty()) return no_directory(path);
    directory += "/" + child;
  }
  return directory;
}

std::optional<std::string_view> group_directory(ObjectClass object_class, std::string_view group) {
  const bool is_node = object_class == ObjectClass::tpgt || object_class == ObjectClass::acl;
  if (group == "attribute" && (is_node || object_class == ObjectClass::disk)) return "attrib";
  if (group == "parameter" && (is_node || object_class == ObjectClass::target)) return "param";
  if (group == "auth" && is_node) return "auth";
  if (group == "discovery_auth" && object_class == ObjectClass::fabric) return "discovery_auth";
  return std::nullopt;
}

std::string group_file(ObjectClass object_class, std::string_view group, std::string_view name) {
  // The queue depth of an ACL is a file beside attrib/ that users find among the attributes (features 2.3.5).
  if (object_class == ObjectClass::acl && group == "attribute" && name == "tcq_depth") return "cmdsn_depth";
  std::string_view file = name;
  if (group == "discovery_auth") {
    for (const FileName& entry : discovery_names) {
      if (name == entry.value) file = entry.file;
    }
  } else if (group == "auth") {
    for (const FileName& entry : auth_names) {
      if (name == entry.value) file = entry.file;
    }
  }
  return fmt::format("{}/{}", group_directory(object_class, group).value_or(group), file);
}

std::string group_value_name(std::string_view group, std::string_view file) {
  if (group == "discovery_auth") {
    for (const FileName& entry : discovery_names) {
      if (file == entry.file) return std::string(entry.value);
    }
  }
  if (group == "auth") {
    for (const FileName& entry : auth_names) {
      if (file == entry.value) return std::string(entry.file);
    }
  }
  return std::string(file);
}

std::string group_text(std::string_view group, std::string_view name, std::string_view value) {
  if (group == "parameter") return std::string(value) + "\n";
  if (group == "discovery_auth" && name == "enable") return parse_bool(value).value_or(false) ? "1" : "0";
  if (is_credential_group(group) && value.empty()) return "NULL";
  return std::string(value);
}

std::string group_value(std::string_view group, std::string_view name, std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.remove_suffix(1);
  if (is_credential_group(group) && text == "NULL") return "";
  if (group == "discovery_auth" && name == "enable") return text == "1" ? "yes" : "no";
  return std::string(text);
}

std::string value_file(const config::Path& path, std::string_view group, std::string_view name) {
  const ObjectClass object_class = path.back().object_class;
  const bool flat = object_class == ObjectClass::target && is_flat(path[0].id);
  if (group.empty()) {
    const auto found = std::find_if(own_files.begin(), own_files.end(), [&](const OwnFile& row) {
      return row.object_class == object_class && row.name == name;
    });
    if (found == own_files.end()) return {};
    return fmt::format("{}{}", flat && found->in_group ? flat_group : "", found->file);
  }
  if (object_class == ObjectClass::disk && group == "alua") return {};
  // A flat target has the TPG's groups, but "param" is its own.
  if (flat && group != "parameter")
    return fmt::format("{}{}", flat_group, group_file(ObjectClass::tpgt, group, name));
  return group_file(object_class, group, name);
}

std::string value_text(const config::Path& path, std::string_view group, std::string_view name,
                       std::string_view value) {
  if (value.empty()) {
    for (const Clearing& row : clearings) {
      if (row.name == name) return std::string(row.text);
    }
    if (group.empty() && name == "cpus_allowed_list") return all_cpus();
  }
  const schema::Kind* kind = kind_of(path);
  const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(group, name);
  std::string text(value);
  // Credentials and the like are no words to be read as yes or no.
  if (known != nullptr && !known->secret && !value.empty()) {
    auto normal = shipped_schema().check_value(*known, value);
    if (normal) text = schema::runtime_text(*known, group, *normal);
  }
  if (group.empty()) {
    if (name == "wwn") text += '\n';
    if (name == "nexus_wwn") text = wwn_directory(path[0].id, text);
    return text;
  }
  return group_text(group, name, text);
}

std::string written_text(std::string_view file, std::string_view text) {
  const std::string_view name = file.substr(file.rfind('/') + 1);
  std::string_view value = text;
  while (!value.empty() && (value.back() == '\n' || value.back() == '\0')) value.remove_suffix(1);
  if (name == "alua_tg_pt_gp" || name == "vpd_unit_serial") {
    const std::size_t colon = value.find(": ");
    if (colon == std::string_view::npos) return {};
    const std::string_view rest = value.substr(colon + 2);
    return std::string(trim(rest.substr(0, rest.find('\n'))));
  }
  if (name == "alua_access_type") {
    constexpr std::array words{"None", "Implicit", "Explicit", "Implicit and Explicit"};
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (value == words.at(i)) return std::to_string(i);
    }
  }
  if (name == "tag" && value.empty()) return "NULL";
  if (name == "chap_algorithms" && value.empty()) return "NULL";
  const bool credential = file.find("auth/") != std::string_view::npos;
  if (credential && value.empty()) return "NULL";
  return std::string(value);
}

std::string_view disk_name(const config::Object& disk, const config::Path& path) {
  const std::string_view name = disk.attribute("name");
  return name.empty() ? std::string_view(path.back().id) : name;
}

bool is_secret(std::string_view group, std::string_view name) {
  return is_credential_group(group) && name.find("password") != std::string_view::npos;
}

std::optional<std::pair<std::string, unsigned>> parse_hba(std::string_view directory) {
  const std::size_t at = directory.rfind('_');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const auto index = parse_unsigned(directory.substr(at + 1));
  if (!index || *index > 0xffffffffU) return std::nullopt;
  return std::pair{std::string(directory.substr(0, at)), static_cast<unsigned>(*index)};
}

Result<std::string> find_disk(configfs::Tree& live, std::string_view plugin, std::string_view name) {
  configfs::ReadFilter filter;
  filter.depth = 1;
  filter.leaf = name;
  const configfs::Node core = TRY(live.read_tree("core", filter));
  for (const configfs::Node& hba : core.nodes) {
    const auto parsed = parse_hba(hba.entry.name);
    if (parsed && parsed->first == plugin) return fmt::format("core/{}/{}", hba.entry.name, name);
  }
  return std::string();
}

Result<std::set<std::string>> disk_names(configfs::Tree& live, std::string_view plugin) {
  configfs::ReadFilter filter;
  filter.depth = 1;
  filter.files = {"-"};  // no file has this name
  const configfs::Node core = TRY(live.read_tree("core", filter));
  std::set<std::string> names;
  for (const configfs::Node& hba : core.nodes) {
    const auto parsed = parse_hba(hba.entry.name);
    if (!parsed || parsed->first != plugin) continue;
    // Of one in which a call is stuck only the name of that disk is known.
    if (hba.errnum == configfs::stuck_errnum && !hba.text.empty()) names.insert(hba.text);
    if (hba.errnum != 0 && hba.errnum != ENOENT && hba.text.empty())
      return system_error(hba.errnum, "reading core/" + hba.entry.name);
    for (const configfs::Node& disk : hba.nodes) {
      if (disk.entry.kind == configfs::EntryKind::directory) names.insert(disk.entry.name);
    }
  }
  return names;
}

Result<bool> is_directory_there(configfs::Tree& live, const std::string& path) {
  const auto entries = live.list(path);
  if (entries) return true;
  if (entries.error().errnum == ENOENT) return false;
  // Whatever it is that the kernel does not come back from, the name is taken.
  if (entries.error().errnum == configfs::stuck_errnum) return true;
  return entries.error();
}

Result<bool> is_hba_there(configfs::Tree& live, std::uint64_t index) {
  for (const std::string_view plugin : {"fileio", "rd_mcp", "iblock", "pscsi", "user"}) {
    if (TRY(is_directory_there(live, fmt::format("core/{}_{}", plugin, index)))) return true;
  }
  return false;
}

Result<unsigned> free_hba(configfs::Tree& live, const config::Tree& tree) {
  std::vector<config::NumberRange> used;
  for (const auto& [storage_key, storage] : tree.root.children) {
    if (storage_key.object_class != ObjectClass::storage) continue;
    storage.children.scan_numbers("hba", [&](const config::NumberRange& range) { used.push_back(range); });
  }
  std::sort(used.begin(), used.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  auto next = used.begin();
  for (std::uint64_t index = 0;; ++index) {
    for (; next != used.end() && next->first <= index; ++next) index = std::max(index, next->last + 1);
    if (!TRY(is_hba_there(live, index))) return static_cast<unsigned>(index);
  }
}

}  // namespace lunet::target
