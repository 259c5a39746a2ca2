// SPDX-License-Identifier: Apache-2.0
#include "target/names.h"

#include <fmt/core.h>

#include <array>
#include <set>

#include "base/text.h"

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

std::string child_directory(const config::ObjectKey& key, ObjectClass parent) {
  switch (key.object_class) {
    case ObjectClass::target: return key.id;
    case ObjectClass::tpgt: return "tpgt_" + key.id;
    case ObjectClass::lun: return "lun/lun_" + key.id;
    case ObjectClass::acl: return "acls/" + key.id;
    case ObjectClass::portal: return "np/" + key.id;
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
  return fmt::format("core/{}_{}/{}", path[0].id, hba, path[1].id);
}

bool is_credential_group(std::string_view group) {
  return group == "auth" || group == "discovery_auth";
}

}  // namespace

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
  std::string directory = path[0].id;
  for (std::size_t i = 1; i < path.size(); ++i) {
    const std::string child = child_directory(path[i], path[i - 1].object_class);
    if (child.empty()) return no_directory(path);
    directory += "/" + child;
  }
  return directory;
}

std::optional<std::string_view> group_directory(ObjectClass object_class, std::string_view group) {
  const bool is_node = object_class == ObjectClass::tpgt || object_class == ObjectClass::acl;
  if (group == "attribute" && (is_node || object_class == ObjectClass::disk)) return "attrib";
  if (group == "parameter" && is_node) return "param";
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

Result<bool> is_directory_there(configfs::Tree& live, const std::string& path) {
  const auto entries = live.list(path);
  if (entries) return true;
  if (entries.error().errnum == ENOENT) return false;
  return entries.error();
}

/// Whether some HBA of the runtime has that number.
static Result<bool> is_hba_there(configfs::Tree& live, std::uint64_t index) {
  for (const std::string_view plugin : {"fileio", "rd_mcp", "iblock", "pscsi", "user"}) {
    if (TRY(is_directory_there(live, fmt::format("core/{}_{}", plugin, index)))) return true;
  }
  return false;
}

Result<unsigned> free_hba(configfs::Tree& live, const config::Tree& tree) {
  std::vector<bool> used;
  for (const auto& [storage_key, storage] : tree.root.children) {
    if (storage_key.object_class != ObjectClass::storage) continue;
    storage.children.scan_values("hba", [&](std::string_view text) {
      const auto index = parse_unsigned(text);
      constexpr std::uint64_t index_max = 1U << 20U;  // what is above is not the lowest
      if (!index || *index > index_max) return;
      if (used.size() <= *index) used.resize(*index + 1);
      used[*index] = true;
    });
  }
  std::uint64_t index = 0;
  while ((index < used.size() && used[index]) || TRY(is_hba_there(live, index))) ++index;
  return static_cast<unsigned>(index);
}

}  // namespace lunet::target
