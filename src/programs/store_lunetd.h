// SPDX-License-Identifier: Apache-2.0
// The lunetd of a store, which holds the lock of its state folder as long as it lives.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace lunet::programs {

/// Its pid; 0 for none, or for one that may not be seen.
pid_t lunetd_of(const std::string& state_dir);

/// EBUSY: a lunetd has that state folder, and another one answers at the socket.
Result<> check_lunetd_of_store(const std::string& state_dir, const std::string& socket_path);

}  // namespace lunet::programs
