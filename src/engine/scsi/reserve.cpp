// SPDX-License-Identifier: Apache-2.0
// RESERVE and RELEASE (SPC-2 7.16 to 7.24), with persistent reservations as SPC-4 5.13.3 has it (CRH).
#include "engine/scsi/commands.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

/// Third parties and extents are obsolete since SPC-3.
bool plain(const Task& task) {
  return (task.cdb[1] & 0x1F) == 0;
}

/// With registrations RESERVE and RELEASE do nothing for those who have access, and conflict for the others.
bool has_access(const ReservationState& state, const NexusId& nexus) {
  if (state.holds(nexus)) return true;
  return state.reservation && registrants_only(state.reservation->type) && state.find(nexus) != nullptr;
}

enum class Verdict : std::uint8_t { go_on, nothing_to_do, conflict };

Verdict with_registrations(const Task& task) {
  if (task.context.shared->reservations.locked_out()) return Verdict::conflict;
  const ReservationState state = task.context.shared->reservations.state();
  if (state.registrations.empty()) return Verdict::go_on;
  return has_access(state, task.context.nexus->id()) ? Verdict::nothing_to_do : Verdict::conflict;
}

Step reserve_on_turn(Task& task, int /*result*/) {
  switch (with_registrations(task)) {
    case Verdict::conflict: return conflict(task);
    case Verdict::nothing_to_do: return finish(task);
    case Verdict::go_on: break;
  }
  const bool reserved = task.context.shared->reservations.reserve(task.context.nexus->id());
  return reserved ? finish(task) : conflict(task);
}

Step release_on_turn(Task& task, int /*result*/) {
  if (with_registrations(task) == Verdict::conflict) return conflict(task);
  task.context.shared->reservations.release(task.context.nexus->id());
  return finish(task);
}

}  // namespace

Step reserve(Task& task) {
  if (!plain(task)) return illegal(task, asc_invalid_field_in_cdb);
  return want_turn(task, reserve_on_turn);
}

Step release(Task& task) {
  if (!plain(task)) return illegal(task, asc_invalid_field_in_cdb);
  return want_turn(task, release_on_turn);
}

}  // namespace lunet::scsi
