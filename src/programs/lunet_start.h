// SPDX-License-Identifier: Apache-2.0
// Starting lunetd in the background when none runs.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace lunet::programs {

struct LunetdStart {
  std::string program;  ///< path, or a name to be looked up in PATH
  std::string state_dir;
  std::string socket_path;
  int deadline_ms = 60000;  ///< restoring many objects takes its time
};

/// Path of the lunetd beside this program; "lunetd" when there is none.
std::string lunetd_program();

/// Starts it detached from the terminal and from the caller's pipes, its messages appended to
/// STATE_DIR/lunetd.log, and waits until it says that its socket answers. On an error nothing of it runs any
/// more. Both folders must exist.
Result<pid_t> start_lunetd(const LunetdStart& start);

}  // namespace lunet::programs
