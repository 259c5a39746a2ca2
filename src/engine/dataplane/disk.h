// SPDX-License-Identifier: Apache-2.0
// A disk that is open: its backstore and how many commands use it. Shared by control and all workers. Control
// closes the backstore when no snapshot shows the disk and no command uses it (docs/lifetimes.md); whoever
// holds the disk longer holds an empty shell.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "engine/backstore/backstore.h"

namespace lunet::dataplane {

struct Disk {
  std::string path;  ///< in the target tree: core/PLUGIN_N/NAME
  std::unique_ptr<backstore::Backstore> backstore;
  std::atomic<std::uint64_t> in_flight{0};  ///< commands, from their arrival to their end
};

}  // namespace lunet::dataplane
