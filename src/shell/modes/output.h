// SPDX-License-Identifier: Apache-2.0
// What stands behind '|': filters of lines, and the comparison that takes the place of what is shown.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shell/modes/mode.h"

namespace lunet::shell::modes {

/// match RE, except RE, find RE, count, last N, no-more, display set; one after the other.
Result<> filter(Editing& editing, std::span<const std::string> pipes, Outcome& outcome);
/// `show | compare [N]`: what the candidate has otherwise than the newest generation, or the Nth before it.
Result<Outcome> compared(Editing& editing, const Line& line, std::string_view pipe);
/// What may stand behind a '|'.
std::vector<std::string> pipe_names();

}  // namespace lunet::shell::modes
