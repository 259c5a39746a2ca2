// SPDX-License-Identifier: Apache-2.0
// A disk that is open: its backstore and the commands that use it. Shared by control and all workers. Control
// closes the backstore when no snapshot shows the disk and no command uses it (docs/lifetimes.md); whoever
// holds the disk longer holds an empty shell.
#pragma once

#include <memory>
#include <string>

#include "engine/backstore/backstore.h"
#include "engine/dataplane/range_locks.h"
#include "engine/dataplane/task_set.h"
#include "engine/scsi/logical_unit.h"

namespace lunet::dataplane {

struct Disk {
  std::string path;  ///< in the target tree: core/PLUGIN_N/NAME
  std::unique_ptr<backstore::Backstore> backstore;
  TaskSet tasks;      ///< the commands that use it
  RangeLocks ranges;  ///< the blocks that are being changed
  TaskSet changes;    ///< those that change what the nexuses share, one at a time
  scsi::LogicalUnit logical_unit;
};

}  // namespace lunet::dataplane
