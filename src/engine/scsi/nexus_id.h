// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace lunet::scsi {

/// An I_T nexus by its names (SAM-5 4.7): what reservations belong to, across logins and restarts.
struct NexusId {
  std::string initiator = {};  ///< lower case
  std::uint64_t isid = 0;      ///< six bytes
  std::string target = {};
  std::uint16_t portal_group = 1;

  bool operator==(const NexusId&) const = default;
  [[nodiscard]] bool same_initiator_port(const NexusId& other) const {
    return initiator == other.initiator && isid == other.isid;
  }
};

}  // namespace lunet::scsi
