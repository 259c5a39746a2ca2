// SPDX-License-Identifier: Apache-2.0
// The part of the snapshot that a batch changes, made anew from the tree's files.
#include <fmt/core.h>

#include <algorithm>

#include "engine/control/control.h"
#include "engine/control/object_paths.h"

namespace lunet::control {

using configfs::Change;
using configfs::ChangeKind;
using configfs::ModelView;
using configfs::ObjectKind;

namespace {

// The disks whose port groups, or the ports in them, may have changed.
std::set<std::string> disks_of_groups(std::span<const Change> changes, const ModelView& view) {
  std::set<std::string> disks;
  for (const Change& change : changes) {
    const bool links = change.kind == ChangeKind::linked || change.kind == ChangeKind::unlinked;
    if (change.object_kind == ObjectKind::alua_group) disks.insert(disk_of_group(change.object));
    if (change.object_kind == ObjectKind::lun)
      disks.insert(links ? change.value : view.link_target(change.object));
    if (change.object_kind == ObjectKind::disk && change.file == "enable") disks.insert(change.object);
  }
  return disks;
}

}  // namespace

Control::TouchedTargets Control::touched_targets(std::span<const Change> changes, const ModelView& view) {
  TouchedTargets targets;
  std::set<std::string> disks;
  for (const Change& change : changes) {
    if (change.object_kind == ObjectKind::disk) disks.insert(change.object);
    if (change.object_kind == ObjectKind::lun) {
      const bool links = change.kind == ChangeKind::linked || change.kind == ChangeKind::unlinked;
      disks.insert(links ? change.value : view.link_target(change.object));
    }
    if (change.object_kind == ObjectKind::alua_group) disks.insert(disk_of_group(change.object));
    const std::string target = target_of(change.object);
    if (target.empty()) continue;
    Touched& touched = targets[target];
    const bool of_acl = change.object_kind == ObjectKind::acl || change.object_kind == ObjectKind::mapped_lun;
    if (of_acl) {
      const auto acls = change.object.find("/acls/");
      touched.acls[change.object.substr(0, acls)].insert(initiator_of(change.object));
    } else {
      touched.whole = true;
    }
  }
  for (const std::string& path : disks) {
    const auto open = disks_.find(path);
    // A LUN goes before its disk, so nothing shows one that is gone.
    if (open == disks_.end()) continue;
    open->second.unit = build_unit(path, open->second, view);
    for (const auto& [target, luns] : open->second.shown_in) {
      if (current_.targets->contains(target)) targets[target].whole = true;
    }
  }
  return targets;
}

void Control::rebuild_target(const std::string& name, const ModelView& view, dataplane::TargetMap& targets) {
  const std::string path = "iscsi/" + name;
  if (!view.exists(path) || name == "discovery_auth") {
    targets.erase(name);
    std::erase_if(relative_ports_, [&](const auto& entry) { return entry.first.starts_with(path + "/"); });
    return;
  }
  dataplane::TpgMap tpgs;
  for (const std::string& directory : view.directories(path)) {
    if (!directory.starts_with("tpgt_")) continue;
    const std::string tpg_path = fmt::format("{}/{}", path, directory);
    auto tpg = build_tpg(name, tpg_path, relative_port(tpg_path), disks_, view);
    tpgs[tpg->tag] = std::move(tpg);
  }
  targets[name] = std::move(tpgs);
}

void Control::rebuild_acls(const Touched& touched, const ModelView& view, dataplane::TpgMap& tpgs) const {
  for (const auto& [path, initiators] : touched.acls) {
    auto& tpg = tpgs.at(tag_of_tpg(path));
    tpg = with_acls(*tpg, path, initiators, disks_, view);
  }
}

void Control::show(std::span<const Change> changes, const ModelView& view) {
  if (const auto touched = touched_targets(changes, view); !touched.empty()) {
    auto targets = std::make_shared<dataplane::TargetMap>(*current_.targets);
    for (const auto& [name, what] : touched) {
      if (what.whole) {
        rebuild_target(name, view, *targets);
      } else {
        rebuild_acls(what, view, targets->at(name));
      }
    }
    current_.targets = std::move(targets);
  }
  configure_port_groups(disks_of_groups(changes, view), view);
  current_.discovery = build_discovery(view);
}

}  // namespace lunet::control
