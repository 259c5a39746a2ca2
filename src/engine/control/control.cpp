// SPDX-License-Identifier: Apache-2.0
#include "engine/control/control.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "engine/control/session_text.h"

namespace lunet::control {

using configfs::Change;
using configfs::ChangeKind;
using configfs::ModelView;
using configfs::ObjectKind;

namespace {

constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t idle_deadline_ms = 30000;

std::string last_part(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

bool is_ram(std::string_view disk_path) {
  return disk_path.starts_with("core/rd_mcp_");
}

// "iscsi/NAME/..." -> NAME; "" for other objects.
std::string target_of(std::string_view object) {
  const auto parts = split(object, '/');
  return parts.size() >= 2 && parts[0] == "iscsi" ? std::string(parts[1]) : std::string();
}

bool wants_write_back(const std::string& path, const ModelView& view) {
  return view.control_setting(path, "fd_buffered_io") == "1" ||
         view.value(path + "/attrib/emulate_write_cache") == "1";
}

Result<std::unique_ptr<backstore::Backstore>> open_backstore(const std::string& path, const ModelView& view) {
  if (is_ram(path)) {
    const auto pages = parse_unsigned(view.control_setting(path, "rd_pages")).value_or(0);
    return backstore::open_ram({pages * page_bytes, view.control_setting(path, "rd_nullio") == "1"});
  }
  if (path.starts_with("core/fileio_")) {
    backstore::FileOptions options;
    options.path = view.control_setting(path, "fd_dev_name");
    options.size_bytes = parse_unsigned(view.control_setting(path, "fd_dev_size")).value_or(0);
    options.write_back = wants_write_back(path, view);
    return backstore::open_file(options);
  }
  return Error{ENOSYS, fmt::format("{}: this plugin cannot be enabled on lunetd in this version", path),
               "use the fileio or ramdisk backstore, or the kernel runtime"};
}

}  // namespace

Result<> Control::open_disk(const std::string& path, const ModelView& view) {
  auto disk = std::make_shared<dataplane::Disk>();
  disk->path = path;
  disk->backstore = TRY(open_backstore(path, view));
  OpenDisk open{std::move(disk), nullptr, 0};
  open.unit = build_unit(path, open, view);
  disks_[path] = std::move(open);
  return {};
}

// What an attribute of an open disk may say is what the backstore can do.
static Result<> check_attribute(const Change& change, const dataplane::Disk& disk) {
  const backstore::Properties properties = disk.backstore->properties();
  if (change.file == "attrib/emulate_write_cache" && !is_ram(change.object) &&
      properties.write_cache != (change.value == "1")) {
    return Error{EINVAL,
                 fmt::format("{}: the file is open {} a write cache and the attribute may not say otherwise",
                             change.object, properties.write_cache ? "with" : "without"),
                 "create the disk again with the other write_back setting"};
  }
  const bool thin = change.file == "attrib/emulate_tpu" || change.file == "attrib/emulate_tpws";
  if (thin && change.value == "1" && !properties.can_unmap) {
    return Error{ENOSYS, fmt::format("{}: its file or device cannot give space back", change.object),
                 "keep the file on a file system that can punch holes (ext4, xfs, btrfs, tmpfs)"};
  }
  return {};
}

Result<> Control::apply_to_disk(const Change& change, const ModelView& view) {
  const auto open = disks_.find(change.object);
  if (change.kind == ChangeKind::removed) {
    if (open == disks_.end()) return {};
    leaving_[change.object] = open->second.disk;
    disks_.erase(open);
    return {};
  }
  if (change.kind != ChangeKind::written) return {};
  if (change.file == "enable") return open_disk(change.object, view);
  if (open != disks_.end()) return check_attribute(change, *open->second.disk);
  return {};
}

Result<> Control::apply(const Change& change, const ModelView& view) {
  switch (change.object_kind) {
    case ObjectKind::disk: return apply_to_disk(change, view);
    case ObjectKind::portal:
      if (change.kind == ChangeKind::made) TRY_OK(engine_.listen(last_part(change.object)));
      if (change.kind == ChangeKind::removed) closing_portals_.push_back(last_part(change.object));
      return {};
    default: return {};
  }
}

void Control::undo(const Change& change, const ModelView& view) {
  if (change.object_kind == ObjectKind::portal) {
    if (change.kind == ChangeKind::made) engine_.unlisten(last_part(change.object));
    if (change.kind == ChangeKind::removed) closing_portals_.pop_back();
    return;
  }
  if (change.object_kind != ObjectKind::disk) return;
  if (change.kind == ChangeKind::written && change.file == "enable") disks_.erase(change.object);
  const auto left = leaving_.find(change.object);
  if (change.kind == ChangeKind::removed && left != leaving_.end()) {
    OpenDisk open{left->second, nullptr, 0};
    open.unit = build_unit(change.object, open, view);
    disks_[change.object] = std::move(open);
    leaving_.erase(left);
  }
}

// Keeps OpenDisk::exports; `disks` collects those whose number changed.
void Control::count_exports(const Change& change, std::set<std::string>& disks) {
  if (change.object_kind != ObjectKind::lun) return;
  if (change.kind != ChangeKind::linked && change.kind != ChangeKind::unlinked) return;
  const auto open = disks_.find(change.value);
  if (open == disks_.end()) return;
  open->second.exports += change.kind == ChangeKind::linked ? 1U : ~0U;
  disks.insert(change.value);
}

std::set<std::string> Control::touched_targets(std::span<const Change> changes, const ModelView& view) {
  std::set<std::string> targets;
  std::set<std::string> disks;
  for (const Change& change : changes) {
    count_exports(change, disks);
    if (change.object_kind == ObjectKind::disk) disks.insert(change.object);
    if (std::string target = target_of(change.object); !target.empty()) targets.insert(std::move(target));
  }
  for (const std::string& path : disks) {
    const auto open = disks_.find(path);
    if (open != disks_.end()) open->second.unit = build_unit(path, open->second, view);
  }
  for (const auto& [name, tpgs] : current_.targets) {
    for (const auto& [tag, tpg] : tpgs) {
      const bool shows = std::any_of(tpg->luns.begin(), tpg->luns.end(),
                                     [&](const auto& lun) { return disks.contains(lun.disk->path); });
      if (shows) targets.insert(name);
    }
  }
  return targets;
}

void Control::rebuild_target(const std::string& name, const ModelView& view) {
  const std::string path = "iscsi/" + name;
  if (!view.exists(path) || name == "discovery_auth") {
    current_.targets.erase(name);
    return;
  }
  dataplane::TpgMap tpgs;
  for (const std::string& directory : view.directories(path)) {
    if (!directory.starts_with("tpgt_")) continue;
    auto tpg = build_tpg(name, fmt::format("{}/{}", path, directory), disks_, view);
    tpgs[tpg->tag] = std::move(tpg);
  }
  current_.targets[name] = std::move(tpgs);
}

void Control::publish(std::span<const Change> changes, const ModelView& view) {
  for (const std::string& target : touched_targets(changes, view)) rebuild_target(target, view);
  current_.discovery_authentication = view.value("iscsi/discovery_auth/enforce_discovery_auth") == "1";
  for (const std::string& portal : std::exchange(closing_portals_, {})) engine_.unlisten(portal);
  engine_.publish(current_);
  for (const auto& [path, disk] : std::exchange(leaving_, {})) {
    if (!dataplane::Engine::wait_idle(*disk, idle_deadline_ms)) {
      log::error("{}: requests are still on their way; the backstore stays open until they end", path);
    }
  }
}

std::optional<std::string> Control::read(ObjectKind kind, std::string_view object, std::string_view file,
                                         const ModelView& /*view*/) {
  if (kind == ObjectKind::portal && file == "port")
    return fmt::format("{}\n", engine_.port(last_part(object)));
  const auto parts = split(object, '/');
  if (kind == ObjectKind::acl && file == "info" && parts.size() >= 5) {
    return acl_info(engine_.sessions(), parts[1], parts[2], parts[4]);
  }
  if (kind == ObjectKind::acl && file.starts_with("param/") && parts.size() >= 5) {
    return acl_parameter(engine_.sessions(), parts[1], parts[4], file.substr(6));
  }
  if (kind == ObjectKind::tpg && file == "dynamic_sessions" && parts.size() >= 3) {
    return dynamic_sessions(engine_.sessions(), current_, parts[1], parts[2]);
  }
  return std::nullopt;
}

}  // namespace lunet::control
