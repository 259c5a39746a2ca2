// SPDX-License-Identifier: Apache-2.0
// One command line, run and reported: [PATH] COMMAND [args] [name=value ...]. What it is: words in, text and
// an exit status out. What it is not: it knows no sockets and no files of the target; Runtime (command.h)
// leads to service/.
#pragma once

#include <span>
#include <string>

#include "shell/command.h"

namespace lunet::shell {

/// Runs the words and prints what came of it.
ExitStatus run(std::span<const std::string> words, Session& session);
/// Reports that the program's options were wrong.
ExitStatus report_usage(const Error& error, bool json, Console& console);
/// The words as one line for the history, with "***" for secrets among them.
std::string command_text(std::span<const std::string> words);

}  // namespace lunet::shell
