// SPDX-License-Identifier: Apache-2.0
// A disk that is open: its backstore and how many requests are on the way. Shared by control and all workers;
// it is destroyed by whoever lets go last, which is never while a request is in flight.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "engine/backstore/backstore.h"

namespace lunet::dataplane {

struct Disk {
  std::string path;  ///< in the target tree: core/PLUGIN_N/NAME
  std::unique_ptr<backstore::Backstore> backstore;
  std::atomic<std::uint64_t> in_flight{0};
};

}  // namespace lunet::dataplane
