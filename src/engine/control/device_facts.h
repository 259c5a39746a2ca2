// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configfs/model/effects.h"
#include "engine/backstore/backstore.h"
#include "engine/scsi/unit.h"

namespace lunet::control {

/// The attributes that LIO's iblock reads from the device's queue, in its units: blocks of the device.
configfs::DeviceFacts facts_of(const backstore::Properties& properties);

/// What LIO's pscsi reads from the device, and its INQUIRY texts.
configfs::DeviceFacts scsi_facts_of(const backstore::Properties& properties);

/// What the unit tells of the device's blocks: alignment and size of physical ones.
void describe_device(const backstore::Properties& properties, scsi::Unit& unit);

}  // namespace lunet::control
