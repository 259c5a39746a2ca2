// SPDX-License-Identifier: Apache-2.0
#include "service/view.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "base/text.h"
#include "configfs/kernel_calls.h"
#include "configfs/path.h"
#include "service/hardware.h"
#include "service/view_parts.h"

namespace lunet::service {

void sort_children(ViewNode& node) {
  const auto before = [](const ViewNode& a, const ViewNode& b) { return natural_less(a.name, b.name); };
  if (!std::is_sorted(node.children.begin(), node.children.end(), before))
    std::stable_sort(node.children.begin(), node.children.end(), before);
}

void add_detail(ViewNode& node, std::string_view key, std::string_view value) {
  constexpr std::size_t usual = 8;
  if (node.details.empty()) node.details.reserve(usual);
  if (!value.empty()) node.details.emplace_back(key, value);
}

std::string_view line_of(const configfs::Node& node, std::string_view file) {
  const std::string_view text = trim(node.value(file));
  return text.substr(0, text.find('\n'));
}

std::string_view after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || !parse_unsigned(name.substr(prefix.size()))) return {};
  return name.substr(prefix.size());
}

const configfs::Node* link_in(const configfs::Node& directory) {
  for (const configfs::Node& node : directory.nodes) {
    if (node.entry.kind == configfs::EntryKind::link) return &node;
  }
  return nullptr;
}

std::optional<std::uint64_t> device_bytes_from_sysfs(std::string_view device) {
  if (device.empty() || device.find('/') != std::string_view::npos) return std::nullopt;
  std::ifstream file("/sys/class/block/" + std::string(device) + "/size");
  std::uint64_t sectors = 0;
  if (!(file >> sectors)) return std::nullopt;
  return sectors * 512;  // the kernel counts in 512 bytes whatever the device's sectors are
}

bool is_shown(const FabricShape& shape, const configfs::Tree& live, bool there, bool has_targets) {
  if (shape.name == "iscsi") return true;
  const bool kernel = !live.transactional();
  // The kernel has those without hardware; their modules are loaded with the first target.
  if (!shape.hardware) return there || kernel;
  return has_targets || (kernel && !hardware_wwns(shape.name).empty());
}

/// What the view is made of: a disk has 131 files (ruling 17).
static configfs::ReadFilter shown_files() {
  configfs::ReadFilter filter;
  filter.state = true;
  filter.files = {// disks
                  "alua_access_state", "alua_access_status", "alua_access_type", "alua_support",
                  "emulate_write_cache", "enable", "hba_info", "info", "tg_pt_gp_id", "udev_path",
                  "vpd_unit_serial",
                  // fabrics, targets, TPGs
                  "authenticate_target", "authentication", "dynamic_sessions", "enforce_discovery_auth",
                  "generate_node_acls", "lio_version", "nexus", "password", "userid", "version",
                  // LUNs, ACLs, portals
                  "alua_tg_pt_gp", "cmdsn_depth", "cxgbit", "iser", "port", "tag", "write_protect"};
  return filter;
}

static bool is_any_stuck(const configfs::Node& node) {
  return node.errnum == configfs::stuck_errnum ||
         std::any_of(node.nodes.begin(), node.nodes.end(), is_any_stuck);
}

/// Paths of what did not answer (configfs/kernel_calls.h).
static void find_stuck(const configfs::Node& node, const std::string& path, std::vector<std::string>& found) {
  if (node.errnum == configfs::stuck_errnum) found.push_back(path);
  for (const configfs::Node& child : node.nodes) {
    if (child.errnum == 0 && child.nodes.empty()) continue;
    find_stuck(child, configfs::join_path(path, child.entry.name), found);
  }
}

/// A file that is stuck makes its directory so.
static void mark_stuck(ViewNode& view, const std::vector<std::string>& stuck) {
  for (const std::string& path : stuck) {
    if (view.configfs_path.empty()) break;
    if (path != view.configfs_path && configfs::parent_path(path) != view.configfs_path) continue;
    view.summary = "stuck in the kernel";
    view.health = Health::bad;
  }
  for (ViewNode& child : view.children) mark_stuck(child, stuck);
}

Result<ViewNode> read_view(configfs::Tree& live, const DeviceBytes& device_bytes, Hierarchy hierarchy) {
  const configfs::ReadFilter filter = shown_files();
  const configfs::Node root = TRY(live.read_tree("", filter));
  ViewNode view;
  view.name = "/";
  view.children.push_back(hierarchy == Hierarchy::hbas ? view_hbas(root.find("core"), device_bytes)
                                                       : view_backstores(root.find("core"), device_bytes));
  for (const FabricShape& shape : fabric_shapes()) {
    const configfs::Node* group = root.find(shape.group);
    ViewNode fabric = view_fabric(shape, group, {root, hierarchy});
    if (is_shown(shape, live, group != nullptr, !fabric.children.empty()))
      view.children.push_back(std::move(fabric));
  }
  if (is_any_stuck(root)) {  // seldom, and paths of a large tree cost
    std::vector<std::string> stuck;
    find_stuck(root, "", stuck);
    mark_stuck(view, stuck);
  }
  return view;
}

Result<ViewNode> read_target_view(configfs::Tree& live, std::string_view fabric, const std::string& target) {
  ViewNode view;
  view.name = "/";
  const auto shapes = fabric_shapes();
  const auto shape =
      std::find_if(shapes.begin(), shapes.end(), [&](const auto& s) { return s.name == fabric; });
  if (shape == shapes.end()) return view;
  auto read = live.read_tree(fmt::format("{}/{}", shape->group, target), shown_files());
  if (!read && read.error().errnum == ENOENT) return view;
  configfs::Node node = TRY(std::move(read));
  node.entry.name = target;
  node.entry.kind = configfs::EntryKind::directory;
  configfs::Node group;
  group.entry.name = shape->group;
  group.entry.kind = configfs::EntryKind::directory;
  group.nodes.push_back(std::move(node));
  configfs::Node root;
  root.nodes.push_back(std::move(group));
  view.children.push_back(view_fabric(*shape, root.find(shape->group), {root, Hierarchy::plugins}));
  return view;
}

}  // namespace lunet::service
