// SPDX-License-Identifier: Apache-2.0
// Where a mode's lines come from: the words of a one-shot command, -c, standard input, a terminal.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shell/modes/mode.h"

namespace lunet::shell::modes {

/// `lunet configure [-c LINES] [--keep-going] [--commit] [COMMAND...]`. Words are one command; without any
/// the lines come from the terminal or standard input. What is not committed at the end is an error.
Result<Outcome> enter(Kind kind, const std::vector<std::string>& words, Session& session);

using NextLine = std::function<std::optional<std::string>()>;
/// Runs and reports lines until the last, `exit`, or the first that fails. A line with an open brace goes on
/// in the next. `name` goes before errors, with the line's number.
ExitStatus run_lines(Editing& editing, const NextLine& next, const std::string& name, bool keep_going);

}  // namespace lunet::shell::modes
