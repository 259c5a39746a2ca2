// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <unordered_map>

#include "base/byte_size.h"
#include "base/text.h"
#include "configfs/kernel_calls.h"
#include "service/view_parts.h"

namespace lunet::service {

using configfs::EntryKind;
using configfs::Node;

// Alphabetic by shell name, as `ls` lists them.
constexpr std::array<std::string_view, 4> plugins = {"iblock", "fileio", "pscsi", "rd_mcp"};

std::string_view shell_plugin_name(std::string_view plugin) {
  if (plugin == "iblock") return "block";
  if (plugin == "rd_mcp") return "ramdisk";
  return plugin;
}

// The plugin of an HBA directory "rd_mcp_0"; "" for other directories of core/ (alua).
static std::string_view plugin_of_hba(std::string_view directory) {
  const auto underscore = directory.rfind('_');
  if (underscore == std::string_view::npos || !parse_unsigned(directory.substr(underscore + 1))) return {};
  return directory.substr(0, underscore);
}

std::vector<DiskOnHba> disks_on_hbas(const Node& core) {
  std::vector<DiskOnHba> disks;
  for (const Node& hba : core.nodes) {
    const std::string_view plugin = plugin_of_hba(hba.entry.name);
    if (plugin.empty()) continue;
    const std::size_t first = disks.size();
    const auto number = parse_unsigned(std::string_view(hba.entry.name).substr(plugin.size() + 1));
    for (const Node& disk : hba.nodes) {
      if (disk.entry.kind == EntryKind::directory)
        disks.push_back({plugin, &hba, &disk, disk.entry.name, number.value_or(0)});
    }
    for (std::size_t i = first; i < disks.size(); ++i) disks[i].shares_hba = disks.size() - first > 1;
  }
  // The name belongs to the disk on the lowest HBA, as the configuration has it (ruling 26).
  std::map<std::string_view, std::unordered_map<std::string_view, std::uint64_t>> owners;  // by plugin
  for (const DiskOnHba& each : disks) {
    const auto [owner, is_new] = owners[each.plugin].try_emplace(each.disk->entry.name, each.number);
    if (!is_new) owner->second = std::min(owner->second, each.number);
  }
  for (DiskOnHba& each : disks) {
    if (owners.at(each.plugin).at(each.disk->entry.name) != each.number)
      each.shown += fmt::format(".hba{}", each.number);
  }
  return disks;
}

std::string_view plugin_of_path(std::string_view configfs_path) {
  const auto parts = split(configfs_path, '/');
  if (parts.size() != 3 || parts[0] != "core") return {};
  return plugin_of_hba(parts[1]);
}

std::optional<std::string> info_field(std::string_view info, std::string_view key) {
  const std::string wanted = std::string(key) + ":";
  for (auto at = info.find(wanted); at != std::string_view::npos; at = info.find(wanted, at + 1)) {
    if (at != 0 && std::string_view(" \t\n").find(info[at - 1]) == std::string_view::npos) continue;
    const std::string_view value = trim(info.substr(at + wanted.size()));
    return std::string(value.substr(0, value.find_first_of(" \t\n")));
  }
  return std::nullopt;
}

// A path may hold blanks; two of them and the next field's name end it.
static std::string path_field(std::string_view info) {
  constexpr std::string_view start = "File: ";
  const auto at = info.find(start);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = info.substr(at + start.size());
  return std::string(trim(rest.substr(0, std::min(rest.rfind("  Size:"), rest.find('\n')))));
}

std::string disk_path(const Node& disk, std::string_view plugin) {
  if (plugin == "rd_mcp") return {};
  const std::string_view udev_path = trim(disk.value("udev_path"));
  return udev_path.empty() ? path_field(disk.value("info")) : std::string(udev_path);
}

static std::optional<std::uint64_t> ramdisk_bytes(std::string_view info) {
  const auto field = info_field(info, "PAGES/PAGE_SIZE");
  if (!field) return std::nullopt;
  const auto factors = split(*field, '*');
  if (factors.size() != 2) return std::nullopt;
  const auto pages = parse_unsigned(factors[0]);
  const auto page_bytes = parse_unsigned(factors[1]);
  if (!pages || !page_bytes) return std::nullopt;
  return *pages * *page_bytes;
}

static std::optional<std::uint64_t> disk_bytes(std::string_view info, std::string_view plugin,
                                               const DeviceBytes& device_bytes) {
  if (plugin == "rd_mcp") return ramdisk_bytes(info);
  if (const auto size = info_field(info, "Size")) return parse_unsigned(*size);
  if (const auto device = info_field(info, "iBlock device")) return device_bytes(*device);
  return std::nullopt;
}

// "T10 VPD Unit Serial Number: X" -> X.
static std::string_view text_after_colon(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  const auto colon = line.find(':');
  return colon == std::string_view::npos ? std::string_view{} : trim(line.substr(colon + 1));
}

static std::string_view alua_state_name(std::string_view number) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> names = {
      {{"0", "Active/optimized"},
       {"1", "Active/non-optimized"},
       {"2", "Standby"},
       {"3", "Unavailable"},
       {"4", "LBA Dependent"},
       {"14", "Offline"},
       {"15", "Transitioning"}}};
  for (const auto& [key, name] : names) {
    if (key == number) return name;
  }
  return number;
}

static ViewNode view_alua_group(const Node& group, const std::string& path) {
  ViewNode view{
      NodeKind::alua_group, group.entry.name, {}, Health::good, path + "/" + group.entry.name, {}, {}};
  const std::string_view state = alua_state_name(trim(group.value("alua_access_state")));
  view.summary = fmt::format("ALUA state: {}", state);
  add_detail(view, "alua_access_state", trim(group.value("alua_access_state")));
  add_detail(view, "alua_access_status", trim(group.value("alua_access_status")));
  add_detail(view, "alua_access_type", trim(group.value("alua_access_type")));
  add_detail(view, "name", group.entry.name);
  add_detail(view, "tg_pt_gp_id", trim(group.value("tg_pt_gp_id")));
  return view;
}

static void add_alua(ViewNode& disk_view, const Node& disk, std::string_view plugin) {
  const Node* alua = disk.find("alua");
  if (alua == nullptr || (plugin == "pscsi" && trim(disk.value("attrib/alua_support")) != "1")) return;
  ViewNode list{NodeKind::alua_list, "alua", {}, Health::none, disk_view.configfs_path + "/alua", {}, {}};
  for (const Node& group : alua->nodes) {
    if (group.entry.kind == EntryKind::directory)
      list.children.push_back(view_alua_group(group, list.configfs_path));
  }
  sort_children(list);
  list.summary = fmt::format("ALUA Groups: {}", list.children.size());
  disk_view.children.push_back(std::move(list));
}

// Joins the parts that are not empty with blanks (features 3.3).
static std::string disk_summary(const ViewNode& view, const Node& disk, std::string_view plugin) {
  const auto detail = [&](std::string_view key) -> std::string_view {
    for (const auto& [name, value] : view.details) {
      if (name == key) return value;
    }
    return {};
  };
  std::string summary;
  const auto add = [&](std::string_view part) {
    if (part.empty()) return;
    if (!summary.empty()) summary += ' ';
    summary += part;
  };
  add(detail("dev"));
  if (plugin == "user") {
    const std::string_view config = detail("config");
    const auto slash = config.find('/');
    add(slash == std::string_view::npos || slash + 1 == config.size() ? "(no config)"
                                                                      : config.substr(slash + 1));
  }
  if (plugin == "rd_mcp" && detail("nullio") == "true") add("nullio");
  if (const auto bytes = parse_unsigned(detail("size")); bytes && plugin != "pscsi") {
    add(fmt::format("({})", format_byte_size(*bytes)));
  }
  if (plugin == "iblock" && info_field(disk.value("info"), "readonly") == "1") add("ro");
  if (plugin == "fileio" || plugin == "iblock")
    add(detail("write_back") == "true" ? "write-back" : "write-thru");
  add(detail("status"));
  return summary;
}

static ViewNode view_disk(const Node& disk, const std::string& path, const Node& hba,
                          const DeviceBytes& device_bytes) {
  const std::string_view plugin = plugin_of_hba(hba.entry.name);
  const std::string_view info = disk.value("info");
  ViewNode view{NodeKind::disk, disk.entry.name, {}, Health::good, path, {}, {}};
  if (plugin == "user") {
    add_detail(view, "config", info_field(info, "Config").value_or(""));
  } else {
    add_detail(view, "dev", disk_path(disk, plugin));
  }
  add_detail(view, "hba", hba.entry.name.substr(plugin.size() + 1));
  add_detail(view, "name", disk.entry.name);
  if (plugin == "rd_mcp") add_detail(view, "nullio", info_field(info, "nullio") == "1" ? "true" : "false");
  add_detail(view, "plugin", shell_plugin_name(plugin));
  if (const auto bytes = disk_bytes(info, plugin, device_bytes))
    add_detail(view, "size", std::to_string(*bytes));
  const std::string status = to_lower(info_field(info, "Status").value_or("deactivated"));
  add_detail(view, "status", status);
  if (const auto version = info_field(hba.value("hba_info"), "version"))
    add_detail(view, "version", *version);
  if (plugin == "fileio" || plugin == "iblock") {
    add_detail(view, "write_back", trim(disk.value("attrib/emulate_write_cache")) == "1" ? "true" : "false");
  }
  add_detail(view, "wwn", text_after_colon(disk.value("wwn/vpd_unit_serial")));
  view.summary = disk_summary(view, disk, plugin);
  // A sound disk that no LUN exports is "deactivated" too; one that was never enabled cannot serve at all.
  if (trim(disk.value("enable")) == "0" || status == "degraded") view.health = Health::bad;
  add_alua(view, disk, plugin);
  return view;
}

// Layouts that only the first targetcli made (features 2.3.2): they work, and are marked.
static void mark_legacy(ViewNode& view, bool renamed, bool shares_hba) {
  if (!renamed && !shares_hba) return;
  std::string about = view.summary;
  view.summary = fmt::format("{}{}{} ({})", renamed ? "LEGACY: ADDED SUFFIX" : "",
                             renamed && shares_hba ? ", " : "", shares_hba ? "SHARED HBA" : "", about);
  view.health = Health::bad;
}

static ViewNode view_plugin(std::string_view plugin, std::span<const DiskOnHba> disks,
                            const DeviceBytes& device_bytes) {
  ViewNode view{NodeKind::plugin, std::string(shell_plugin_name(plugin)), {}, Health::none, {}, {}, {}};
  const auto count =
      std::count_if(disks.begin(), disks.end(), [&](const DiskOnHba& each) { return each.plugin == plugin; });
  view.children.reserve(static_cast<std::size_t>(count));
  for (const DiskOnHba& each : disks) {
    if (each.plugin != plugin) continue;
    const std::string path = fmt::format("core/{}/{}", each.hba->entry.name, each.disk->entry.name);
    view.children.push_back(view_disk(*each.disk, path, *each.hba, device_bytes));
    view.children.back().name = each.shown;
    mark_legacy(view.children.back(), each.shown != each.disk->entry.name, each.shares_hba);
  }
  sort_children(view);
  view.summary = fmt::format("Storage Objects: {}", view.children.size());
  return view;
}

// "qcow" of "Config: qcow/srv/a.qcow2 Size: ...".
static std::string handler_of(const ViewNode& disk) {
  for (const auto& [key, value] : disk.details) {
    if (key == "config") return value.substr(0, value.find('/'));
  }
  return {};
}

// One node for each handler that has a disk.
static void add_user_disks(ViewNode& backstores, std::span<const DiskOnHba> disks,
                           const DeviceBytes& device_bytes) {
  std::map<std::string, ViewNode> handlers;
  for (ViewNode& disk : view_plugin("user", disks, device_bytes).children) {
    const std::string name = "user:" + handler_of(disk);
    auto [at, fresh] =
        handlers.try_emplace(name, ViewNode{NodeKind::plugin, name, {}, Health::none, {}, {}, {}});
    at->second.children.push_back(std::move(disk));
  }
  for (auto& [name, node] : handlers) {
    node.summary = fmt::format("Storage Objects: {}", node.children.size());
    backstores.children.push_back(std::move(node));
  }
}

// The disk of which the kernel does not let go, on an HBA that cannot be listed for it.
static void add_stuck_disks(ViewNode& backstores, const Node& core) {
  for (const Node& hba : core.nodes) {
    if (hba.errnum != configfs::stuck_errnum || hba.text.empty()) continue;
    const std::string_view shown = shell_plugin_name(plugin_of_hba(hba.entry.name));
    for (ViewNode& plugin : backstores.children) {
      if (plugin.name != shown) continue;
      plugin.children.push_back({NodeKind::disk,
                                 hba.text,
                                 "stuck in the kernel",
                                 Health::bad,
                                 fmt::format("core/{}/{}", hba.entry.name, hba.text),
                                 {},
                                 {}});
      sort_children(plugin);
      plugin.summary = fmt::format("Storage Objects: {}", plugin.children.size());
    }
  }
}

ViewNode view_backstores(const Node* core, const DeviceBytes& device_bytes) {
  ViewNode view{NodeKind::backstores, "backstores", {}, Health::none, core == nullptr ? "" : "core", {}, {}};
  const std::vector<DiskOnHba> disks = core == nullptr ? std::vector<DiskOnHba>{} : disks_on_hbas(*core);
  for (const std::string_view plugin : plugins)
    view.children.push_back(view_plugin(plugin, disks, device_bytes));
  add_user_disks(view, disks, device_bytes);
  if (core != nullptr) add_stuck_disks(view, *core);
  return view;
}

std::string shown_hba(std::string_view directory) {
  const std::string_view plugin = plugin_of_hba(directory);
  if (plugin.empty()) return {};
  return std::string(plugin).append(directory.substr(plugin.size() + 1));
}

// "<path> <status>" (features 2.4).
static void summarize_as_legacy(ViewNode& disk, std::string_view plugin) {
  const auto detail = [&](std::string_view key) -> std::string_view {
    for (const auto& [name, value] : disk.details) {
      if (name == key) return value;
    }
    return {};
  };
  const std::string_view path = plugin == "rd_mcp" ? "ramdisk" : detail(plugin == "user" ? "config" : "dev");
  disk.summary = path.empty() ? "BROKEN STORAGE LINK" : fmt::format("{} {}", path, detail("status"));
  if (path.empty()) disk.health = Health::bad;
  disk.children.clear();
}

static std::string counted_disks(std::size_t count) {
  return fmt::format("{} Storage Object{}", count, count > 1 ? "s" : "");
}

ViewNode view_hbas(const Node* core, const DeviceBytes& device_bytes) {
  ViewNode view{NodeKind::backstores, "backstores", {}, Health::none, core == nullptr ? "" : "core", {}, {}};
  static const std::vector<Node> none;
  for (const Node& hba : core == nullptr ? none : core->nodes) {
    const std::string_view plugin = plugin_of_hba(hba.entry.name);
    if (plugin.empty() || hba.entry.kind != EntryKind::directory) continue;
    const std::string path = "core/" + hba.entry.name;
    ViewNode node{NodeKind::hba, shown_hba(hba.entry.name), {}, Health::none, path, {}, {}};
    add_detail(node, "hba", hba.entry.name.substr(plugin.size() + 1));
    add_detail(node, "plugin", plugin);
    if (const auto version = info_field(hba.value("hba_info"), "version"))
      add_detail(node, "version", *version);
    for (const Node& disk : hba.nodes) {
      if (disk.entry.kind != EntryKind::directory) continue;
      node.children.push_back(view_disk(disk, path + "/" + disk.entry.name, hba, device_bytes));
      summarize_as_legacy(node.children.back(), plugin);
    }
    sort_children(node);
    node.summary = counted_disks(node.children.size());
    view.children.push_back(std::move(node));
  }
  sort_children(view);
  view.summary =
      fmt::format("{} Backstore{} (legacy mode)", view.children.size(), view.children.size() > 1 ? "s" : "");
  return view;
}

}  // namespace lunet::service
