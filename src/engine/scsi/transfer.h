// SPDX-License-Identifier: Apache-2.0
// What all commands that move blocks check.
#pragma once

#include "engine/scsi/block_range.h"

namespace lunet::scsi {

/// The additional sense code of a transfer that cannot be done; asc_none when it can.
std::uint16_t transfer_error(const Task& task, const BlockRange& range);
/// What the command writes has to be on the medium before it ends: FUA, or there is no write cache.
bool writes_through(const Task& task);

}  // namespace lunet::scsi
