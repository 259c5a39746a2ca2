// SPDX-License-Identifier: Apache-2.0
// Units whose commands a device answers: what is ours there is who sees which LUN, who may write, and, if
// wanted, persistent reservations.
#pragma once

#include "engine/scsi/task.h"

namespace lunet::scsi {

/// The device answers it, if it may have it at all.
bool passes(const Task& task);
/// First look at such a command.
Step begin_passing(Task& task);

}  // namespace lunet::scsi
