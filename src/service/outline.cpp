// SPDX-License-Identifier: Apache-2.0
#include "service/outline.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "service/view_parts.h"

namespace lunet::service {

using configfs::EntryKind;
using configfs::Node;

static configfs::ReadFilter names_only(int depth) {
  configfs::ReadFilter filter;
  filter.secrets = false;
  filter.depth = depth;
  filter.files = {"-"};  // no file has this name
  return filter;
}

static const FabricShape* shape_of(std::string_view fabric) {
  for (const FabricShape& shape : fabric_shapes()) {
    if (shape.name == fabric) return &shape;
  }
  return nullptr;
}

static std::string group_path(const NodeAddress& at) {
  const FabricShape* shape = shape_of(at.fabric);
  return std::string(shape == nullptr ? "" : shape->group);
}

static std::string tpg_path_of(const NodeAddress& at) {
  return fmt::format("{}/{}/tpgt_{}", group_path(at), at.target, at.tag);
}

static void sort_names(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end(), natural_less);
}

// Directories at `path` that begin with `prefix`, which `shown` takes the place of.
static Result<std::vector<std::string>> directories(configfs::Tree& live, const std::string& path,
                                                    std::string_view prefix = "",
                                                    std::string_view shown = "") {
  std::vector<std::string> names;
  for (const configfs::Entry& entry : TRY(live.list(path))) {
    if (entry.kind != EntryKind::directory || !entry.name.starts_with(prefix)) continue;
    names.push_back(std::string(shown) + entry.name.substr(prefix.size()));
  }
  sort_names(names);
  return names;
}

// Calls `found` with every disk.
template <class Found>
static Result<> for_each_disk(configfs::Tree& live, Found found) {
  auto core = live.read_tree("core", names_only(1));
  if (!core && core.error().errnum == ENOENT) return {};  // no disk was ever made
  if (!core) return std::move(core).error();
  for (const DiskOnHba& each : disks_on_hbas(*core)) found(each);
  return {};
}

// What serves the disks in user space: "qcow" for "user_0/u".
static Result<std::map<std::string, std::string>> handlers_of_disks(configfs::Tree& live) {
  std::map<std::string, std::string> handlers;
  const auto entries = live.list("core");
  for (const configfs::Entry& entry : entries ? *entries : std::vector<configfs::Entry>{}) {
    if (!entry.name.starts_with("user_")) continue;
    configfs::ReadFilter filter;
    filter.state = true;
    filter.files = {"info"};
    const auto hba = live.read_tree("core/" + entry.name, filter);
    if (!hba) continue;  // stuck in the kernel, or gone meanwhile
    for (const Node& disk : hba->nodes) {
      if (disk.entry.kind != EntryKind::directory) continue;
      const std::string config = info_field(disk.value("info"), "Config").value_or("");
      handlers[entry.name + "/" + disk.entry.name] = config.substr(0, config.find('/'));
    }
  }
  return handlers;
}

static Result<std::vector<std::string>> disk_names(configfs::Tree& live, const NodeAddress& at) {
  const bool of_one = at.plugin == "user" && !at.handler.empty();
  const auto handlers = of_one ? TRY(handlers_of_disks(live)) : std::map<std::string, std::string>();
  std::vector<std::string> names;
  TRY_OK(for_each_disk(live, [&](const DiskOnHba& disk) {
    if (disk.plugin != at.plugin) return;
    if (of_one) {
      const auto handler = handlers.find(disk.hba->entry.name + "/" + disk.disk->entry.name);
      if (handler == handlers.end() || handler->second != at.handler) return;
    }
    names.push_back(disk.shown);
  }));
  sort_names(names);
  return names;
}

static std::string path_of(const DiskOnHba& disk, Hierarchy hierarchy) {
  if (hierarchy == Hierarchy::hbas)
    return fmt::format("/backstores/{}/{}", shown_hba(disk.hba->entry.name), disk.disk->entry.name);
  return fmt::format("/backstores/{}/{}", shell_plugin_name(disk.plugin), disk.shown);
}

Result<std::vector<std::string>> disk_paths(configfs::Tree& live, Hierarchy hierarchy) {
  std::vector<std::string> paths;
  TRY_OK(for_each_disk(live, [&](const DiskOnHba& disk) { paths.push_back(path_of(disk, hierarchy)); }));
  sort_names(paths);
  return paths;
}

// The disk's directory, whatever its HBA.
static Result<std::string> disk_directory(configfs::Tree& live, const NodeAddress& at) {
  configfs::ReadFilter filter = names_only(1);
  filter.leaf = at.disk;
  const Node core = TRY(live.read_tree("core", filter));
  for (const Node& hba : core.nodes) {
    const std::string path = fmt::format("core/{}/{}", hba.entry.name, at.disk);
    if (plugin_of_path(path) == at.plugin && hba.find(at.disk) != nullptr) return path;
  }
  return Error{ENOENT, fmt::format("there is no disk {}", at.disk), {}};
}

static Result<std::vector<std::string>> root_names(configfs::Tree& live) {
  const Node root = TRY(live.read_tree("", names_only(1)));
  std::vector<std::string> names = {"backstores"};
  for (const FabricShape& shape : fabric_shapes()) {
    const Node* group = root.find(shape.group);
    const bool has_targets =
        group != nullptr && std::any_of(group->nodes.begin(), group->nodes.end(), [](const Node& node) {
          return node.entry.kind == EntryKind::directory && node.entry.name != "discovery_auth";
        });
    if (is_shown(shape, live, group != nullptr, has_targets)) names.emplace_back(shape.name);
  }
  return names;
}

static Result<std::vector<std::string>> fabric_names(configfs::Tree& live, const NodeAddress& at) {
  auto names = directories(live, group_path(at));
  if (!names && names.error().errnum == ENOENT) return std::vector<std::string>{};  // no target yet
  if (names) std::erase(*names, "discovery_auth");
  return names;
}

static Result<std::vector<std::string>> tpg_names(configfs::Tree& live, const NodeAddress& at) {
  TRY_OK(live.list(tpg_path_of(at)));
  const FabricShape* shape = shape_of(at.fabric);
  std::vector<std::string> names;
  if (shape != nullptr && shape->acls) names.emplace_back("acls");
  names.emplace_back("luns");
  if (shape != nullptr && shape->portals) names.emplace_back("portals");
  return names;
}

static Result<std::vector<std::string>> target_names(configfs::Tree& live, const NodeAddress& at) {
  return directories(live, group_path(at) + "/" + at.target, "tpgt_", "tpg");
}

static Result<std::vector<std::string>> below_disk(configfs::Tree& live, const NodeAddress& at) {
  const std::string path = TRY(disk_directory(live, at));
  if (at.kind == NodeKind::alua_list) return directories(live, path + "/alua");
  const auto alua = live.list(path + "/alua");
  return alua ? std::vector<std::string>{"alua"} : std::vector<std::string>{};
}

// ACLs of one tag are one name (view.h).
static Result<std::vector<std::string>> acl_names(configfs::Tree& live, const NodeAddress& at) {
  configfs::ReadFilter filter = names_only(1);
  filter.files = {"tag"};
  filter.depth = 2;
  const Node acls = TRY(live.read_tree(tpg_path_of(at) + "/acls", filter));
  std::vector<std::string> names;
  for (const Node& acl : acls.nodes) {
    if (acl.entry.kind != EntryKind::directory) continue;
    const std::string_view tag = trim(acl.value("tag"));
    std::string name = tag.empty() ? acl.entry.name : std::string(tag);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  sort_names(names);
  return names;
}

// Of the ACL itself, or of the first one with that tag.
static Result<std::vector<std::string>> mapped_names(configfs::Tree& live, const NodeAddress& at) {
  const std::string folder = tpg_path_of(at) + "/acls/";
  auto names = directories(live, folder + at.acl, "lun_", "mapped_lun");
  if (names || names.error().errnum != ENOENT) return names;
  configfs::ReadFilter filter = names_only(1);
  filter.files = {"tag"};
  filter.depth = 2;
  const Node acls = TRY(live.read_tree(tpg_path_of(at) + "/acls", filter));
  for (const Node& acl : acls.nodes) {
    if (trim(acl.value("tag")) == at.acl)
      return directories(live, folder + acl.entry.name, "lun_", "mapped_lun");
  }
  return names;
}

static Result<std::vector<std::string>> hba_names(configfs::Tree& live) {
  const auto entries = live.list("core");
  if (!entries && entries.error().errnum == ENOENT) return std::vector<std::string>{};
  if (!entries) return entries.error();
  std::vector<std::string> names;
  for (const configfs::Entry& entry : *entries) {
    std::string name = shown_hba(entry.name);
    if (!name.empty()) names.push_back(std::move(name));
  }
  sort_names(names);
  return names;
}

// The plugins, and the handlers of disks in user space as "user:qcow".
static Result<std::vector<std::string>> plugin_names(configfs::Tree& live) {
  std::set<std::string> names = {"block", "fileio", "pscsi", "ramdisk"};
  for (const auto& [disk, handler] : TRY(handlers_of_disks(live))) names.insert("user:" + handler);
  std::vector<std::string> sorted(names.begin(), names.end());
  sort_names(sorted);
  return sorted;
}

static std::string hba_directory(const NodeAddress& at) {
  return fmt::format("core/{}_{}", at.plugin, at.hba.value_or(0));
}

// The legacy hierarchy has nothing below its disks.
static Result<std::vector<std::string>> below_hba_disk(configfs::Tree& live, const NodeAddress& at) {
  TRY_OK(live.list(fmt::format("{}/{}", hba_directory(at), at.disk)));
  return std::vector<std::string>{};
}

Result<std::vector<std::string>> child_names(configfs::Tree& live, const NodeAddress& at) {
  switch (at.kind) {
    case NodeKind::root: return root_names(live);
    case NodeKind::hba: return directories(live, hba_directory(at));
    case NodeKind::backstores:
      if (at.hierarchy == Hierarchy::hbas) return hba_names(live);
      return plugin_names(live);
    case NodeKind::plugin: return disk_names(live, at);
    case NodeKind::disk: return at.hba ? below_hba_disk(live, at) : below_disk(live, at);
    case NodeKind::alua_list: return below_disk(live, at);
    case NodeKind::fabric: return fabric_names(live, at);
    case NodeKind::target: return target_names(live, at);
    case NodeKind::tpg: return tpg_names(live, at);
    case NodeKind::luns: return directories(live, tpg_path_of(at) + "/lun", "lun_", "lun");
    case NodeKind::acls: return acl_names(live, at);
    case NodeKind::acl: return mapped_names(live, at);
    case NodeKind::portals: return directories(live, tpg_path_of(at) + "/np");
    default: break;
  }
  return std::vector<std::string>{};
}

// "/backstores/fileio/f1" of "core/fileio_0/f1".
static std::string exported_path(const std::string& link, Hierarchy hierarchy) {
  const std::string_view plugin = plugin_of_path(link);
  if (plugin.empty()) return {};
  const std::string name = link.substr(link.rfind('/') + 1);
  if (hierarchy == Hierarchy::plugins)
    return fmt::format("/backstores/{}/{}", shell_plugin_name(plugin), name);
  return fmt::format("/backstores/{}/{}", shown_hba(split(link, '/')[1]), name);
}

Result<std::vector<ExportedDisk>> exported_disks(configfs::Tree& live, const NodeAddress& tpg) {
  const Node luns = TRY(live.read_tree(tpg_path_of(tpg) + "/lun", names_only(1)));
  std::vector<ExportedDisk> exported;
  for (const Node& lun : luns.nodes) {
    constexpr std::string_view prefix = "lun_";
    if (!lun.entry.name.starts_with(prefix)) continue;
    const auto number = parse_unsigned(std::string_view(lun.entry.name).substr(prefix.size()));
    if (!number) continue;
    ExportedDisk each{static_cast<std::uint16_t>(*number), {}};
    if (const Node* link = link_in(lun)) {
      const std::string& to = link->entry.link_target;
      each.disk = exported_path(to, tpg.hierarchy);
    }
    exported.push_back(std::move(each));
  }
  std::sort(exported.begin(), exported.end(), [](const auto& a, const auto& b) { return a.lun < b.lun; });
  return exported;
}

}  // namespace lunet::service
