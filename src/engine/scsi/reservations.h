// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "engine/scsi/reservation_state.h"

namespace lunet::scsi {

/// The reservations of one logical unit: persistent ones and that of RESERVE (SPC-2). Thread-safe. Commands
/// that change them take turns (Step::need_turn), so what state() said holds until replace().
class Reservations {
 public:
  /// Fast for a unit that nobody has reserved.
  [[nodiscard]] bool conflicts(const NexusId& nexus, Access access, bool writes) const;
  [[nodiscard]] ReservationState state() const;
  void replace(ReservationState state);

  /// RESERVE: false when another nexus has it.
  bool reserve(const NexusId& nexus);
  /// RELEASE, and the end of a nexus; nothing when another has it.
  void release(const NexusId& nexus);
  /// LOGICAL UNIT RESET: ends what RESERVE made.
  void reset();
  /// Whom RESERVE gave it to.
  [[nodiscard]] std::optional<NexusId> reserved_by() const;

  /// Nobody knows who is fenced: everybody is, until replace().
  void lock_out();
  [[nodiscard]] bool locked_out() const;

 private:
  void note();

  std::atomic<bool> reserved_ = false;  ///< there is a reservation of any kind
  mutable std::mutex mutex_;
  ReservationState state_;              ///< guarded by mutex_
  std::optional<NexusId> reserved_by_;  ///< guarded by mutex_
  bool locked_out_ = false;             ///< guarded by mutex_
};

}  // namespace lunet::scsi
