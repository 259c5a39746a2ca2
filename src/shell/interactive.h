// SPDX-License-Identifier: Apache-2.0
// The shell at a terminal: prompt, line, command, and again until the user leaves.
#pragma once

#include <string>

#include "shell/command.h"

namespace lunet::shell {

/// "PATH> ", the path shortened in its middle to `length` columns; 0: never shortened.
std::string prompt_for(std::string_view path, int length);
/// Until exit or the end of input. `folder` has the histories; "" keeps none. The status is 0: each command's
/// was told when it ended.
ExitStatus run_interactive(Session& session, const std::string& folder);

}  // namespace lunet::shell
