// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/reservation_state.h"

#include <algorithm>

namespace lunet::scsi {

std::optional<ReservationType> reservation_type(std::uint8_t code) {
  switch (code) {
    case 1:
    case 3:
    case 5:
    case 6:
    case 7:
    case 8: return static_cast<ReservationType>(code);
    default: return std::nullopt;
  }
}

bool all_registrants(ReservationType type) {
  return type >= ReservationType::write_exclusive_all_registrants;
}

bool registrants_only(ReservationType type) {
  return type == ReservationType::write_exclusive_registrants_only ||
         type == ReservationType::exclusive_access_registrants_only;
}

bool write_exclusive(ReservationType type) {
  return type == ReservationType::write_exclusive ||
         type == ReservationType::write_exclusive_registrants_only ||
         type == ReservationType::write_exclusive_all_registrants;
}

Registration* ReservationState::find(const NexusId& nexus) {
  const auto found = std::find_if(registrations.begin(), registrations.end(),
                                  [&](const Registration& one) { return one.nexus == nexus; });
  return found == registrations.end() ? nullptr : &*found;
}

const Registration* ReservationState::find(const NexusId& nexus) const {
  return const_cast<ReservationState*>(this)->find(nexus);
}

bool ReservationState::holds(const NexusId& nexus) const {
  if (!reservation) return false;
  return all_registrants(reservation->type) ? find(nexus) != nullptr : reservation->holder == nexus;
}

bool ReservationState::conflicts(const NexusId& nexus, bool writes) const {
  if (!reservation || holds(nexus)) return false;
  if (registrants_only(reservation->type) && find(nexus) != nullptr) return false;
  return writes || !write_exclusive(reservation->type);
}

}  // namespace lunet::scsi
