// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/scsi/port_groups.h"
#include "engine/scsi/reservations.h"

namespace lunet::scsi {

/// What all nexuses of one logical unit share and commands change; thread-safe. Unit is what it looks like.
struct LogicalUnit {
  Reservations reservations;
  PortGroups port_groups;
};

}  // namespace lunet::scsi
