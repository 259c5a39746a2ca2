// SPDX-License-Identifier: Apache-2.0
#include "engine/control/control.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "engine/control/device_facts.h"
#include "engine/control/object_paths.h"
#include "engine/control/port_group_builder.h"
#include "engine/control/reservation_text.h"
#include "engine/control/session_text.h"
#include "engine/scsi/aptpl.h"
#include "engine/scsi/nexus.h"

namespace lunet::control {

using configfs::Change;
using configfs::ChangeKind;
using configfs::ModelView;
using configfs::ObjectKind;

namespace {

constexpr std::uint64_t withdraw_ms = 1000;

// "T10 VPD Unit Serial Number: abc" -> "abc".
std::string serial_in(std::string_view text) {
  const auto colon = text.find(": ");
  return std::string(colon == std::string_view::npos ? text : text.substr(colon + 2));
}

void add_port(const dataplane::LunMapping& lun, std::vector<scsi::PortGroup>& groups) {
  for (scsi::PortGroup& group : groups) {
    if (group.id != lun.port_group) continue;
    auto& ports = group.ports;
    const auto place = std::lower_bound(ports.begin(), ports.end(), lun.relative_port);
    if (place == ports.end() || *place != lun.relative_port) ports.insert(place, lun.relative_port);
  }
}

}  // namespace

Result<> Control::open_disk(const std::string& path, const ModelView& view) {
  auto disk = std::make_shared<dataplane::Disk>();
  disk->path = path;
  const std::vector<backstore::Holding> held = held_by_leaving();
  SlowCalls::Open open_storage = options_.open(path, view, held);
  std::optional<SlowCalls::Opened> opened;
  if (is_ram(path)) {
    opened.emplace(open_storage());  // memory keeps nobody waiting
  } else {
    opened = storage_.open(path, std::move(open_storage));
  }
  if (!opened) return Error{EAGAIN, fmt::format("{}: its storage has not answered yet", path), {}};
  disk->backstore = TRY(*std::move(opened));
  note_successor(path, *disk->backstore, held);
  disks_[path] = OpenDisk{std::move(disk), nullptr, {}, engine_.state_files().usable()};
  load_reservations(path, view);
  return {};
}

configfs::DeviceFacts Control::device_facts(const Change& change) {
  const auto open = disks_.find(change.object);
  if (open == disks_.end()) return {};
  const backstore::Properties properties = open->second.disk->backstore->properties();
  if (is_passed_through(change.object)) return scsi_facts_of(properties);
  return is_block_device(change.object) ? facts_of(properties) : configfs::DeviceFacts{};
}

// What an attribute of an open disk says is what the backstore does (ruling 8), or it is refused.
static Result<> check_attribute(const Change& change, const dataplane::Disk& disk) {
  const backstore::Properties properties = disk.backstore->properties();
  const bool on = change.value == "1";
  if (change.file == "attrib/emulate_write_cache" && !is_ram(change.object) && properties.write_cache != on) {
    auto changed = disk.backstore->set_write_cache(on);
    if (!changed) return std::move(changed.error()).during(change.object);
  }
  if (change.file == "attrib/alua_support" && on && is_passed_through(change.object)) {
    return Error{EOPNOTSUPP, fmt::format("{}: lunetd passes commands about port groups on", change.object),
                 "the device answers them; the kernel's target can do it instead: --runtime kernel"};
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
    leaving_[change.object] = std::move(open->second);
    disks_.erase(open);
    return {};
  }
  if (change.kind != ChangeKind::written) return {};
  if (change.file == "enable") return open_disk(change.object, view);
  if (open == disks_.end()) return {};
  open->second.disk->backstore->refresh();
  if (change.file == "control") return resize(open->second, change);
  if (change.file == "wwn/vpd_unit_serial") load_reservations(change.object, view);
  if (change.file == "pr/res_aptpl_metadata") {
    return add_registration(change.object, change.value, open->second.disk->logical_unit.reservations);
  }
  return check_attribute(change, *open->second.disk);
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
  const auto target = current_.targets->find(target_of(change.object));
  if (target == current_.targets->end()) return disks;
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
    case ObjectKind::lun: note_export(change, change.kind == ChangeKind::linked); return {};
    case ObjectKind::disk: return apply_to_disk(change, view);
    case ObjectKind::tpg: return change.file == "kick" ? check_session(change) : Result<>{};
    case ObjectKind::portal:
      if (change.kind == ChangeKind::made) TRY_OK(engine_.listen(last_part(change.object)));
      if (change.kind == ChangeKind::removed) closing_portals_.push_back(last_part(change.object));
      // Its files are iser and cxgbit.
      if (change.kind == ChangeKind::written && change.value == "1")
        return Error{EOPNOTSUPP, "lunetd serves TCP only: it has no such transport",
                     "use the kernel runtime"};
      return {};
    default: return {};
  }
}

// A disk that was opened in a batch that is undone.
void Control::close_disk(const std::string& path) {
  const auto open = disks_.find(path);
  if (open == disks_.end()) return;
  // Perhaps published already: then it is closed when every worker has left it.
  if (drain_ != nullptr) {
    withdrawn_.push_back(open->second.disk);
  } else if (storage_.is_waiting() && !is_ram(path)) {
    storage_.keep(path, std::move(open->second.disk->backstore));
  }
  disks_.erase(open);
}

void Control::restore_write_cache(const Change& change) {
  const auto open = disks_.find(change.object);
  if (open == disks_.end() || is_ram(change.object) || change.value == change.old_value) return;
  const auto restored = open->second.disk->backstore->set_write_cache(change.old_value == "1");
  if (!restored) log::error("{}: {}", change.object, restored.error().message);
}

void Control::undo(const Change& change, const ModelView& /*view*/) {
  take_successors_back();
  if (change.object_kind == ObjectKind::lun) return note_export(change, change.kind == ChangeKind::unlinked);
  if (change.object_kind == ObjectKind::portal) {
    if (change.kind == ChangeKind::made) engine_.unlisten(last_part(change.object));
    if (change.kind == ChangeKind::removed) closing_portals_.pop_back();
    return;
  }
  if (change.object_kind != ObjectKind::disk) return;
  if (change.kind == ChangeKind::written && change.file == "enable") close_disk(change.object);
  if (change.kind == ChangeKind::written && change.file == "control") restore_size(change);
  if (change.kind == ChangeKind::written && change.file == "attrib/emulate_write_cache") {
    restore_write_cache(change);
  }
  const auto left = leaving_.find(change.object);
  if (change.kind == ChangeKind::removed && left != leaving_.end()) {
    disks_[change.object] = std::move(left->second);
    leaving_.erase(left);
  }
}

// Keeps OpenDisk::shown_in.
void Control::note_export(const Change& change, bool shows) {
  if (change.kind != ChangeKind::linked && change.kind != ChangeKind::unlinked) return;
  const auto open = disks_.find(change.value);
  if (open == disks_.end()) return;
  auto& shown_in = open->second.shown_in;
  const std::string target = target_of(change.object);
  if (shows) {
    ++shown_in[target];
  } else if (const auto of_target = shown_in.find(target); of_target != shown_in.end()) {
    if (--of_target->second == 0) shown_in.erase(of_target);
  }
}

void Control::publish(std::span<const Change> changes, const ModelView& view) {
  hide_successors();
  show(changes, view);
  drain_ = engine_.publish(current_);
  end_sessions(changes);
  announce_access_states(changes, view);
  storage_.forget();
}

bool Control::wait_to_retry() {
  if (!storage_.is_waiting()) {
    storage_.forget();
    return false;
  }
  storage_.wait();
  return true;
}

// LIO numbers the ports of a target one after the other; ours are unique in the whole process.
std::uint16_t Control::relative_port(const std::string& tpg_path) {
  const auto found = relative_ports_.find(tpg_path);
  if (found != relative_ports_.end()) return found->second;
  std::set<std::uint16_t> taken;
  for (const auto& [path, number] : relative_ports_) taken.insert(number);
  std::uint16_t number = 1;
  while (taken.contains(number)) ++number;
  relative_ports_[tpg_path] = number;
  return number;
}

// Which ports are in the groups.
void Control::add_ports(const std::set<std::string>& targets,
                        std::map<const dataplane::Disk*, std::vector<scsi::PortGroup>>& groups) const {
  for (const std::string& name : targets) {
    const auto target = current_.targets->find(name);
    if (target == current_.targets->end()) continue;
    for (const auto& [tag, tpg] : target->second) {
      for (const auto& lun : tpg->luns) {
        const auto of_disk = groups.find(lun.disk.get());
        if (of_disk != groups.end()) add_port(lun, of_disk->second);
      }
    }
  }
}

// The groups of the disks, and which ports are in them.
void Control::configure_port_groups(const std::set<std::string>& disks, const ModelView& view) {
  std::map<const dataplane::Disk*, std::vector<scsi::PortGroup>> groups;
  std::set<std::string> targets;
  for (const std::string& path : disks) {
    const auto open = disks_.find(path);
    if (open == disks_.end()) continue;
    groups[open->second.disk.get()] = build_port_groups(path, view);
    for (const auto& [target, luns] : open->second.shown_in) targets.insert(target);
  }
  add_ports(targets, groups);
  for (const std::string& path : disks) {
    const auto open = disks_.find(path);
    if (open == disks_.end()) continue;
    open->second.disk->logical_unit.port_groups.configure(std::move(groups[open->second.disk.get()]));
  }
}

// A state that was written is the target's own decision: initiators are told (SPC-4 5.15.2.3).
void Control::announce_access_states(std::span<const Change> changes, const ModelView& view) {
  for (const Change& change : changes) {
    const bool state = change.file == "alua_access_state";
    if (change.object_kind != ObjectKind::alua_group || (!state && change.file != "alua_access_status"))
      continue;
    const auto open = disks_.find(disk_of_group(change.object));
    if (open == disks_.end()) continue;
    auto& groups = open->second.disk->logical_unit.port_groups;
    const std::uint16_t id = port_group_id(change.object, view);
    const auto before = groups.find(id);
    if (!before) continue;
    const std::string written = view.value(fmt::format("{}/{}", change.object, change.file));
    if (!state) {
      groups.set(id, before->state, access_status_of(written));
      continue;
    }
    groups.set(id, static_cast<scsi::AccessState>(parse_unsigned(written).value_or(0) & 0xF),
               scsi::AccessStatus::by_target);
    engine_.spread(open->second.disk, {.to_others = scsi::ua_access_state_changed});
  }
}

// What was durable when lunetd ended counts again. What is damaged may say who is fenced: then everybody is.
void Control::load_reservations(const std::string& path, const ModelView& view) {
  const auto& files = engine_.state_files();
  auto& reservations = disks_.at(path).disk->logical_unit.reservations;
  const std::string serial = serial_in(view.value(path + "/wwn/vpd_unit_serial"));
  const auto text = files.reservations(serial);
  if (text && !*text) return;
  auto state = text ? scsi::parse_aptpl(**text) : std::nullopt;
  if (!state) {
    log::error(
        "{}: its reservations in {} are damaged{}: nobody gets at its data; make sure that one initiator at "
        "most uses "
        "the disk, then move the file away and start lunetd again",
        path, files.reservations_path(serial), text ? "" : fmt::format(" ({})", text.error().message));
    reservations.lock_out();
    return;
  }
  reservations.replace(std::move(*state));
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
  for (const auto& [path, open] : std::exchange(leaving_, {})) graveyard_.bury(open.disk, drain_);
  sizes_before_.clear();
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

std::optional<std::string> Control::read_of_disk(std::string_view object, std::string_view file,
                                                 const ModelView& view) const {
  if (file == "info") return info_of_degraded(object, view);
  const auto open = disks_.find(object);
  if (open == disks_.end() || view.value(fmt::format("{}/attrib/emulate_pr", object)) != "1")
    return std::nullopt;
  return reservation_file(open->second.disk->logical_unit.reservations, file);
}

std::optional<std::string> Control::read(ObjectKind kind, std::string_view object, std::string_view file,
                                         const ModelView& view) {
  if (kind == ObjectKind::disk) return read_of_disk(object, file, view);
  if (kind == ObjectKind::alua_group) {
    const auto open = disks_.find(disk_of_group(object));
    if (open == disks_.end()) return std::nullopt;
    const std::uint16_t id = port_group_id(std::string(object), view);
    // A group that has no id yet is not there for initiators.
    if (id == 0 && !object.ends_with("/default_tg_pt_gp")) return std::nullopt;
    const auto group = open->second.disk->logical_unit.port_groups.find(id);
    return group ? port_group_file(*group, file) : std::nullopt;
  }
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
  if (kind == ObjectKind::tpg && file == "sessions" && parts.size() >= 3)
    return tpg_sessions(engine_.sessions(), current_, parts[1], parts[2]);
  if (kind == ObjectKind::tpg && file == "lun_counters" && parts.size() >= 3)
    return tpg_lun_counters(engine_.lun_uses(parts[1], tag_of_tpg(parts[2])));
  if (kind == ObjectKind::tpg && file == "dynamic_sessions" && parts.size() >= 3) {
    return dynamic_sessions(engine_.sessions(), current_, parts[1], parts[2]);
  }
  return std::nullopt;
}

}  // namespace lunet::control
