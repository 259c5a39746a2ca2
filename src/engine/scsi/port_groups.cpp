// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/port_groups.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/scsi/unit.h"

namespace lunet::scsi {

bool PortGroup::supports(AccessState wanted) const {
  switch (wanted) {
    case AccessState::optimized: return (supported & 0x01) != 0;
    case AccessState::nonoptimized: return (supported & 0x02) != 0;
    case AccessState::standby: return (supported & 0x04) != 0;
    case AccessState::unavailable: return (supported & 0x08) != 0;
    default: return false;  // the others are the target's to choose
  }
}

PortGroups::PortGroups() : groups_(1) {}

void PortGroups::configure(std::vector<PortGroup> groups) {
  CHECK(!groups.empty());
  const std::lock_guard lock(mutex_);
  for (PortGroup& group : groups) {
    const auto before = std::find_if(groups_.begin(), groups_.end(),
                                     [&](const PortGroup& one) { return one.id == group.id; });
    if (before == groups_.end()) continue;
    group.state = before->state;
    group.status = before->status;
  }
  groups_ = std::move(groups);
  note();
}

std::vector<PortGroup> PortGroups::groups() const {
  const std::lock_guard lock(mutex_);
  return groups_;
}

std::optional<PortGroup> PortGroups::find(std::uint16_t id) const {
  const std::lock_guard lock(mutex_);
  for (const PortGroup& group : groups_) {
    if (group.id == id) return group;
  }
  return std::nullopt;
}

void PortGroups::set(std::uint16_t id, AccessState state, AccessStatus status) {
  const std::lock_guard lock(mutex_);
  for (PortGroup& group : groups_) {
    if (group.id != id) continue;
    group.state = state;
    group.status = status;
  }
  note();
}

AccessState PortGroups::state_at(const Port& port) const {
  if (port.offline) return AccessState::offline;
  if (!uneven_.load(std::memory_order_acquire)) return AccessState::optimized;
  const auto group = find(port.port_group);
  return group ? group->state : AccessState::optimized;
}

std::uint32_t PortGroups::delay_ms(const Port& port) const {
  if (!uneven_.load(std::memory_order_acquire)) return 0;
  const auto group = find(port.port_group);
  return group && group->state == AccessState::nonoptimized ? group->nonoptimized_delay_ms : 0;
}

void PortGroups::note() {
  const bool uneven = std::any_of(groups_.begin(), groups_.end(), [](const PortGroup& group) {
    return group.state != AccessState::optimized;
  });
  uneven_.store(uneven, std::memory_order_release);
}

// LBA-dependent without a map of LBAs is active everywhere.
std::uint16_t access_error(AccessState state, Reachable reachable) {
  switch (state) {
    case AccessState::optimized:
    case AccessState::nonoptimized:
    case AccessState::lba_dependent: return 0;
    case AccessState::standby: return reachable >= Reachable::standby ? 0 : 0x040B;
    case AccessState::unavailable: return reachable == Reachable::unavailable ? 0 : 0x040C;
    case AccessState::offline: return reachable == Reachable::unavailable ? 0 : 0x0412;
    case AccessState::transitioning: return reachable == Reachable::unavailable ? 0 : 0x040A;
  }
  return 0;
}

}  // namespace lunet::scsi
