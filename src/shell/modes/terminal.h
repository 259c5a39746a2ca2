// SPDX-License-Identifier: Apache-2.0
// A mode at a terminal: prompt, history of its own, completion, pages.
#pragma once

#include "shell/modes/mode.h"

namespace lunet::shell::modes {

ExitStatus run_at_terminal(Editing& editing);
/// The time that is left to confirm stands before the prompt: "[confirm within 4:59] config# ".
std::string prompt_with_deadline(const Editing& editing, const std::optional<store::Confirmation>& waiting,
                                 std::int64_t now_s);

}  // namespace lunet::shell::modes
