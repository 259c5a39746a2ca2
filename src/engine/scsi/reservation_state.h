// SPDX-License-Identifier: Apache-2.0
// Who is registered with a logical unit and who has it reserved (SPC-4 5.13), as a value. persistent_out.cpp
// makes the next one; Reservations keeps the current one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/scsi/nexus_id.h"

namespace lunet::scsi {

enum class ReservationType : std::uint8_t {
  write_exclusive = 1,
  exclusive_access = 3,
  write_exclusive_registrants_only = 5,
  exclusive_access_registrants_only = 6,
  write_exclusive_all_registrants = 7,
  exclusive_access_all_registrants = 8,
};

std::optional<ReservationType> reservation_type(std::uint8_t code);
bool all_registrants(ReservationType type);  ///< every registrant is a holder
bool registrants_only(ReservationType type);
bool write_exclusive(ReservationType type);

struct Registration {
  NexusId nexus = {};
  std::uint64_t key = 0;
  std::uint16_t relative_port = 1;
  std::uint16_t lun = 0;         ///< as the initiator sees it
  std::uint16_t target_lun = 0;  ///< in the portal group
  bool all_target_ports = false;

  bool operator==(const Registration&) const = default;
};

struct Reservation {
  ReservationType type = ReservationType::write_exclusive;
  NexusId holder = {};  ///< of the types that have one; else who made it

  bool operator==(const Reservation&) const = default;
};

/// What a command means for a reservation (SPC-4 table 50, SBC-3 table 13).
enum class Access : std::uint8_t {
  by_transfer,  ///< reads or writes, as the command's row says
  identify,     ///< allowed to everybody always
  inform,       ///< conflicts with RESERVE of another nexus only
  change,       ///< conflicts as a write does, without being one
};

struct ReservationState {
  std::vector<Registration> registrations;
  std::optional<Reservation> reservation;
  std::uint32_t generation = 0;
  bool persists = false;  ///< APTPL of the last REGISTER

  [[nodiscard]] Registration* find(const NexusId& nexus);
  [[nodiscard]] const Registration* find(const NexusId& nexus) const;
  [[nodiscard]] bool holds(const NexusId& nexus) const;
  /// A command that writes, or only reads, conflicts with the reservation.
  [[nodiscard]] bool conflicts(const NexusId& nexus, bool writes) const;
  bool operator==(const ReservationState&) const = default;
};

}  // namespace lunet::scsi
