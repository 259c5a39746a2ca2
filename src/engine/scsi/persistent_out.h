// SPDX-License-Identifier: Apache-2.0
// What PERSISTENT RESERVE OUT does to the reservations of a unit (SPC-4 5.13, 6.16), as functions from one
// state to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/scsi/effects.h"
#include "engine/scsi/reservation_state.h"

namespace lunet::scsi {

inline constexpr std::uint16_t asc_invalid_release = 0x2604;
inline constexpr std::uint16_t asc_insufficient_registration_resources = 0x5504;

/// Of one unit. In demo mode an initiator may register any names it makes up, and each command looks at all.
inline constexpr std::size_t registrations_max = 2048;

/// What the command says.
struct PersistentOut {
  enum class Action : std::uint8_t {
    register_key = 0,
    reserve = 1,
    release = 2,
    clear = 3,
    preempt = 4,
    preempt_and_abort = 5,
    register_and_ignore = 6,
    register_and_move = 7,
  };
  Action action = Action::register_key;
  ReservationType type = ReservationType::write_exclusive;  ///< reserve, release, preempt
  std::uint64_t key = 0;                                    ///< RESERVATION KEY
  std::uint64_t new_key = 0;                                ///< SERVICE ACTION RESERVATION KEY
  bool persists = false;                                    ///< APTPL
  bool unregister = false;                                  ///< UNREG of REGISTER AND MOVE
  /// Who sent it, and with REGISTER everybody else who is to be registered with it (SPEC_I_PT, ALL_TG_PT).
  Registration sender;
  std::vector<Registration> others;
  bool names_others = false;           ///< SPEC_I_PT
  std::optional<Registration> target;  ///< of REGISTER AND MOVE
};

/// How it ended.
struct PersistentResult {
  enum class Kind : std::uint8_t { good, conflict, illegal };
  Kind kind = Kind::good;
  std::uint16_t code = 0;          ///< of 5/xxxx
  std::vector<Notice> notices;     ///< unit attentions for others
  std::vector<NexusId> preempted;  ///< of PREEMPT AND ABORT: whose commands end
};

/// Changes `state` when the result is good.
PersistentResult perform(const PersistentOut& out, ReservationState& state);

}  // namespace lunet::scsi
