// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/scsi/nexus.h"
#include "engine/scsi/persistent_out.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

using Result = PersistentResult;
using Kind = PersistentResult::Kind;

Result illegal_because(std::uint16_t code) {
  return {Kind::illegal, code, {}, {}};
}
Result in_conflict() {
  return {Kind::conflict, 0, {}, {}};
}

void tell_others(const ReservationState& state, const NexusId& sender, std::uint16_t code, Result& result) {
  for (const Registration& one : state.registrations) {
    if (one.nexus != sender) result.notices.push_back({one.nexus, code});
  }
}

/// Ends the reservation; the other registrants learn it where they had something of it.
void release_reservation(ReservationState& state, const NexusId& sender, Result& result) {
  const ReservationType type = state.reservation->type;
  if (registrants_only(type) || all_registrants(type)) {
    tell_others(state, sender, ua_reservations_released, result);
  }
  state.reservation.reset();
}

void remove(ReservationState& state, const NexusId& nexus, Result& result) {
  const bool held = state.holds(nexus);
  std::erase_if(state.registrations, [&](const Registration& one) { return one.nexus == nexus; });
  if (!held) return;
  if (all_registrants(state.reservation->type) && !state.registrations.empty()) {
    state.reservation->holder = state.registrations.front().nexus;
    return;
  }
  release_reservation(state, nexus, result);
}

void put(ReservationState& state, const Registration& wanted) {
  if (Registration* there = state.find(wanted.nexus)) {
    *there = wanted;
  } else {
    state.registrations.push_back(wanted);
  }
}

Result register_key(const PersistentOut& out, ReservationState& state) {
  const bool ignores_key = out.action == PersistentOut::Action::register_and_ignore;
  const Registration* there = state.find(out.sender.nexus);
  if (!ignores_key && out.key != (there ? there->key : 0)) return in_conflict();
  if (out.names_others && (there || ignores_key)) return illegal_because(asc_invalid_field_in_parameter_list);
  Result result;
  if (out.new_key == 0 && !there) return result;
  if (out.new_key == 0) {
    remove(state, out.sender.nexus, result);
  } else {
    Registration wanted = out.sender;
    wanted.key = out.new_key;
    put(state, wanted);
    for (Registration other : out.others) {
      other.key = out.new_key;
      put(state, other);
    }
  }
  state.persists = out.persists;
  ++state.generation;
  return result;
}

Result reserve(const PersistentOut& out, ReservationState& state) {
  if (!state.reservation) {
    state.reservation = Reservation{out.type, out.sender.nexus};
    return {};
  }
  if (!state.holds(out.sender.nexus) || state.reservation->type != out.type) return in_conflict();
  return {};
}

Result release(const PersistentOut& out, ReservationState& state) {
  if (!state.holds(out.sender.nexus)) return {};
  if (state.reservation->type != out.type) return illegal_because(asc_invalid_release);
  Result result;
  release_reservation(state, out.sender.nexus, result);
  return result;
}

Result clear(const PersistentOut& out, ReservationState& state) {
  Result result;
  tell_others(state, out.sender.nexus, ua_reservations_preempted, result);
  state.registrations.clear();
  state.reservation.reset();
  ++state.generation;
  return result;
}

/// Removes the registrations with the key, or all with `everybody`; never the sender's own while it takes
/// over.
void remove_preempted(const PersistentOut& out, bool everybody, bool spare_sender, ReservationState& state,
                      Result& result) {
  std::erase_if(state.registrations, [&](const Registration& one) {
    const bool own = one.nexus == out.sender.nexus;
    if ((own && spare_sender) || (!everybody && one.key != out.new_key)) return false;
    result.preempted.push_back(one.nexus);
    if (!own) result.notices.push_back({one.nexus, ua_registrations_preempted});
    return true;
  });
}

Result preempt(const PersistentOut& out, ReservationState& state) {
  const bool of_all = state.reservation && all_registrants(state.reservation->type);
  const Registration* holder = state.reservation && !of_all ? state.find(state.reservation->holder) : nullptr;
  if (out.new_key == 0 && !of_all) return illegal_because(asc_invalid_field_in_parameter_list);
  const bool takes_over = of_all ? out.new_key == 0 : holder && holder->key == out.new_key;
  Result result;
  if (!takes_over) {
    const bool known = std::any_of(state.registrations.begin(), state.registrations.end(),
                                   [&](const Registration& one) { return one.key == out.new_key; });
    if (!known) return in_conflict();
    remove_preempted(out, false, false, state, result);
    if (of_all && state.find(state.reservation->holder) == nullptr) {
      if (state.registrations.empty()) {
        state.reservation.reset();
      } else {
        state.reservation->holder = state.registrations.front().nexus;
      }
    }
  } else {
    const ReservationType before = state.reservation->type;
    remove_preempted(out, of_all, true, state, result);
    if (before != out.type && (registrants_only(before) || all_registrants(before))) {
      tell_others(state, out.sender.nexus, ua_reservations_released, result);
    }
    state.reservation = Reservation{out.type, out.sender.nexus};
  }
  if (out.action == PersistentOut::Action::preempt) result.preempted.clear();
  ++state.generation;
  return result;
}

Result register_and_move(const PersistentOut& out, ReservationState& state) {
  if (!state.holds(out.sender.nexus) || all_registrants(state.reservation->type)) return in_conflict();
  if (out.new_key == 0 || out.target->nexus == out.sender.nexus) {
    return illegal_because(asc_invalid_field_in_parameter_list);
  }
  Registration target = *out.target;
  target.key = out.new_key;
  put(state, target);
  state.reservation->holder = target.nexus;
  if (out.unregister) {
    std::erase_if(state.registrations,
                  [&](const Registration& one) { return one.nexus == out.sender.nexus; });
  }
  state.persists = out.persists;
  ++state.generation;
  return {};
}

}  // namespace

PersistentResult perform(const PersistentOut& out, ReservationState& state) {
  using Action = PersistentOut::Action;
  if (out.action == Action::register_key || out.action == Action::register_and_ignore) {
    return register_key(out, state);
  }
  const Registration* sender = state.find(out.sender.nexus);
  if (!sender || sender->key != out.key) return in_conflict();
  switch (out.action) {
    case Action::reserve: return reserve(out, state);
    case Action::release: return release(out, state);
    case Action::clear: return clear(out, state);
    case Action::register_and_move: return register_and_move(out, state);
    default: return preempt(out, state);
  }
}

}  // namespace lunet::scsi
