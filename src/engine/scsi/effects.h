// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/scsi/nexus_id.h"

namespace lunet::scsi {

/// A unit attention for another nexus of the unit.
struct Notice {
  NexusId nexus;
  std::uint16_t code = 0;
};

/// What a command does beyond its own nexus; the data plane has all of it done before the command goes on.
struct Effects {
  std::optional<std::string> save = std::nullopt;  ///< the unit's reservations as text: on stable storage
  std::vector<Notice> notices = {};
  std::uint16_t to_others = 0;        ///< a unit attention for all other nexuses of the unit; 0: none
  std::vector<NexusId> aborted = {};  ///< whose commands to the unit end
  std::uint32_t delay_ms = 0;
};

}  // namespace lunet::scsi
