// SPDX-License-Identifier: Apache-2.0
#include "engine/control/control.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "engine/control/device_facts.h"
#include "engine/control/session_text.h"

namespace lunet::control {

using configfs::Change;
using configfs::ChangeKind;
using configfs::ModelView;
using configfs::ObjectKind;

namespace {

constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t withdraw_ms = 1000;

std::string last_part(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

bool is_ram(std::string_view disk_path) {
  return disk_path.starts_with("core/rd_mcp_");
}

bool is_block_device(std::string_view disk_path) {
  return disk_path.starts_with("core/iblock_");
}

// "iscsi/NAME/..." -> NAME; "" for other objects.
std::string target_of(std::string_view object) {
  const auto parts = split(object, '/');
  return parts.size() >= 2 && parts[0] == "iscsi" ? std::string(parts[1]) : std::string();
}

// The initiator of an ACL or of what is in it; "" for other objects.
std::string initiator_of(std::string_view object) {
  const auto parts = split(object, '/');
  return parts.size() >= 5 && parts[3] == "acls" ? std::string(parts[4]) : std::string();
}

bool wants_write_back(const std::string& path, const ModelView& view) {
  return view.control_setting(path, "fd_buffered_io") == "1" ||
         view.value(path + "/attrib/emulate_write_cache") == "1";
}

}  // namespace

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
  if (is_block_device(path)) {
    backstore::FileOptions options;
    options.path = view.control_setting(path, "udev_path");
    options.direct = true;
    options.read_only = view.control_setting(path, "readonly") == "1";
    return backstore::open_file(options);
  }
  return Error{ENOSYS, fmt::format("{}: this plugin cannot be enabled on lunetd in this version", path),
               "use the fileio, block or ramdisk backstore, or the kernel runtime"};
}

Result<> Control::open_disk(const std::string& path, const ModelView& view) {
  auto disk = std::make_shared<dataplane::Disk>();
  disk->path = path;
  disk->backstore = TRY(options_.open(path, view));
  OpenDisk open{std::move(disk), nullptr, 0};
  open.unit = build_unit(path, open, view);
  disks_[path] = std::move(open);
  return {};
}

configfs::DeviceFacts Control::device_facts(const Change& change) {
  const auto open = disks_.find(change.object);
  if (open == disks_.end() || !is_block_device(change.object)) return {};
  return facts_of(open->second.disk->backstore->properties());
}

// What an attribute of an open disk says is what the backstore does (ruling 8), or it is refused.
static Result<> check_attribute(const Change& change, const dataplane::Disk& disk) {
  const backstore::Properties properties = disk.backstore->properties();
  const bool on = change.value == "1";
  if (change.file == "attrib/emulate_write_cache" && !is_ram(change.object) && properties.write_cache != on) {
    auto changed = disk.backstore->set_write_cache(on);
    if (!changed) return std::move(changed.error()).during(change.object);
  }
  if (change.file == "attrib/block_size" &&
      parse_unsigned(change.value).value_or(0) % properties.block_bytes != 0) {
    return Error{EINVAL,
                 fmt::format("{}: its device has blocks of {} bytes", change.object, properties.block_bytes),
                 "use that size or a multiple of it"};
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
  if (open == disks_.end()) return {};
  open->second.disk->backstore->refresh();
  return check_attribute(change, *open->second.disk);
  return {};
}

// The disks whose commands a change has to wait for: it takes a LUN, a session or the disk itself away.
// `view` is without the change already, but for a mapped LUN its LUN is still there.
std::set<std::string> Control::disks_used_by(const Change& change, const ModelView& view) const {
  const bool removes = change.kind == ChangeKind::removed || change.kind == ChangeKind::unlinked;
  const bool disables = change.kind == ChangeKind::written && change.file == "enable" && change.value == "0";
  if (!removes && !disables) return {};
  if (change.object_kind == ObjectKind::disk) return {change.object};
  if (change.object_kind == ObjectKind::lun) return {change.value};
  if (change.object_kind == ObjectKind::mapped_lun) {
    return {change.value.empty() ? std::string() : view.link_target(change.value)};
  }
  std::set<std::string> disks;
  const auto target = current_.targets.find(target_of(change.object));
  if (target == current_.targets.end()) return disks;
  for (const auto& [tag, tpg] : target->second) {
    const std::string path = fmt::format("iscsi/{}/tpgt_{}", target->first, tag);
    const bool inside = path.starts_with(change.object) || change.object.starts_with(path + "/acls/");
    if (!inside && change.object != path) continue;
    for (const auto& lun : tpg->luns) disks.insert(lun.disk->path);
  }
  return disks;
}

Result<> Control::apply(const Change& change, const ModelView& view) {
  if (graveyard_.holds_up()) {
    TRY_OK(graveyard_.check_removable(disks_used_by(change, view), initiator_of(change.object)));
  }
  switch (change.object_kind) {
    case ObjectKind::lun: count_exports(change, 1); return {};
    case ObjectKind::disk: return apply_to_disk(change, view);
    case ObjectKind::portal:
      if (change.kind == ChangeKind::made) TRY_OK(engine_.listen(last_part(change.object)));
      if (change.kind == ChangeKind::removed) closing_portals_.push_back(last_part(change.object));
      return {};
    default: return {};
  }
}

// A disk that was opened in a batch that is undone.
void Control::close_disk(const std::string& path) {
  const auto open = disks_.find(path);
  if (open == disks_.end()) return;
  // Perhaps published already: then it is closed when every worker has left it.
  if (drain_ != nullptr) withdrawn_.push_back(open->second.disk);
  disks_.erase(open);
}

void Control::restore_write_cache(const Change& change) {
  const auto open = disks_.find(change.object);
  if (open == disks_.end() || is_ram(change.object) || change.value == change.old_value) return;
  const auto restored = open->second.disk->backstore->set_write_cache(change.old_value == "1");
  if (!restored) log::error("{}: {}", change.object, restored.error().message);
}

void Control::undo(const Change& change, const ModelView& view) {
  if (change.object_kind == ObjectKind::lun) return count_exports(change, ~0U);
  if (change.object_kind == ObjectKind::portal) {
    if (change.kind == ChangeKind::made) engine_.unlisten(last_part(change.object));
    if (change.kind == ChangeKind::removed) closing_portals_.pop_back();
    return;
  }
  if (change.object_kind != ObjectKind::disk) return;
  if (change.kind == ChangeKind::written && change.file == "enable") close_disk(change.object);
  if (change.kind == ChangeKind::written && change.file == "attrib/emulate_write_cache") {
    restore_write_cache(change);
  }
  const auto left = leaving_.find(change.object);
  if (change.kind == ChangeKind::removed && left != leaving_.end()) {
    OpenDisk open{left->second, nullptr, 0};
    open.unit = build_unit(change.object, open, view);
    disks_[change.object] = std::move(open);
    leaving_.erase(left);
  }
}

// Keeps OpenDisk::exports; `by` is 1, or -1 to take the change back.
void Control::count_exports(const Change& change, std::uint32_t by) {
  if (change.kind != ChangeKind::linked && change.kind != ChangeKind::unlinked) return;
  const auto open = disks_.find(change.value);
  if (open == disks_.end()) return;
  open->second.exports += change.kind == ChangeKind::linked ? by : 0U - by;
}

std::set<std::string> Control::touched_targets(std::span<const Change> changes, const ModelView& view) {
  std::set<std::string> targets;
  std::set<std::string> disks;
  for (const Change& change : changes) {
    if (change.object_kind == ObjectKind::disk) disks.insert(change.object);
    if (change.object_kind == ObjectKind::lun) disks.insert(change.value);
    if (std::string target = target_of(change.object); !target.empty()) targets.insert(std::move(target));
  }
  bool shown = false;
  for (const std::string& path : disks) {
    const auto open = disks_.find(path);
    if (open == disks_.end()) {
      shown = true;  // gone; who showed it is not counted any more
      continue;
    }
    open->second.unit = build_unit(path, open->second, view);
    shown = shown || open->second.exports > 0;
  }
  if (!shown) return targets;
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
  current_.discovery = build_discovery(view);
  drain_ = engine_.publish(current_);
}

// Which change waits, and for what.
configfs::Unsettled Control::unsettled(std::span<const Change> changes) {
  const std::vector<Drain::Use> uses = drain_->uses();
  std::size_t index = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const ChangeKind kind = changes[i].kind;
    const bool removes = kind == ChangeKind::removed || kind == ChangeKind::unlinked;
    if (removes || (kind == ChangeKind::written && changes[i].file == "enable")) index = i;
    const bool names = std::any_of(uses.begin(), uses.end(), [&](const Drain::Use& use) {
      return !use.disk.empty() && (changes[i].value == use.disk || changes[i].object == use.disk);
    });
    if (removes && names) break;
  }
  return {index,
          {ETIMEDOUT,
           fmt::format("{} since {} s; nothing was changed", describe_uses(uses), options_.settle_ms / 1000),
           "its storage (file, device, network) does not answer; remove it when it does"}};
}

std::optional<configfs::Unsettled> Control::settle(std::span<const Change> changes) {
  if (!drain_->wait(options_.settle_ms)) {
    graveyard_.remember(drain_);
    auto answer = unsettled(changes);
    log::error("{}", answer.error.message);
    return answer;
  }
  for (const std::string& portal : std::exchange(closing_portals_, {})) engine_.unlisten(portal);
  for (const auto& [path, disk] : std::exchange(leaving_, {})) graveyard_.bury(disk, drain_);
  graveyard_.tend();
  drain_ = nullptr;
  return std::nullopt;
}

void Control::withdraw(std::span<const Change> changes, const ModelView& view) {
  publish(changes, view);
  drain_->wait(withdraw_ms);
  for (const auto& disk : std::exchange(withdrawn_, {})) graveyard_.bury(disk, drain_);
  graveyard_.tend();
  drain_ = nullptr;
}

// What `info` says of a disk that lost data it had promised to keep; it begins as LIO's.
std::optional<std::string> Control::info_of_degraded(std::string_view object, const ModelView& view) const {
  const auto open = disks_.find(std::string(object));
  if (open == disks_.end() || !open->second.disk->backstore) return std::nullopt;
  if (!open->second.disk->backstore->properties().degraded) return std::nullopt;
  const std::string text = view.value(fmt::format("{}/info", object));
  return "Status: DEGRADED" + text.substr(text.find("  "));
}

std::optional<std::string> Control::read(ObjectKind kind, std::string_view object, std::string_view file,
                                         const ModelView& view) {
  if (kind == ObjectKind::disk && file == "info") return info_of_degraded(object, view);
  if (kind == ObjectKind::portal && file == "port")
    return fmt::format("{}\n", engine_.port(last_part(object)));
  if (kind != ObjectKind::acl && kind != ObjectKind::tpg) return std::nullopt;
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
