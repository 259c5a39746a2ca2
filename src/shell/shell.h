// SPDX-License-Identifier: Apache-2.0
// Command lines, run and reported: [PATH] COMMAND [args] [name=value ...]. What it is: words in, text and an
// exit status out. What it is not: it knows no sockets and no files of the target; Runtime (command.h) leads
// to service/.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "shell/command.h"
#include "shell/tokens.h"

namespace lunet::shell {

/// Runs the words and prints what came of it.
ExitStatus run(std::span<const std::string> words, Session& session);
/// The same for a line as it is typed: quotes and backslashes work; `--yes` and `--json` may stand first.
ExitStatus run_line(std::string_view line, Session& session);

/// The next line; nothing at the end.
using LineSource = std::function<std::optional<std::string>()>;
/// Runs line after line; empty ones and those that begin with # do nothing. Stops after the first that fails,
/// or goes on; the status is that of the worst. `name` of what is read goes before errors with the line's
/// number.
ExitStatus run_lines(const LineSource& next, const std::string& name, bool keep_going, Session& session);
/// The commands of `lunet -c`: separated by ';' outside of quotes.
std::vector<std::string> split_commands(std::string_view text);
/// The more serious one.
ExitStatus worse(ExitStatus one, ExitStatus other);

/// Where a first word that is a path leads: with @bookmarks.
Result<Place> follow_word(std::string_view word, const Session& session);
/// The same from another place than the session's.
Result<Place> follow_word_from(const Place& from, std::string_view word, const Session& session);
/// child_of(), with the disk as the configuration calls it.
Result<Place> find_child(const Place& parent, std::string_view name, const Session& session);
/// Whether a word stands for a path: it has a slash, is made of dots, or is a @bookmark.
bool is_path_word(const Token& token);

/// Reports that the program's options were wrong.
ExitStatus report_usage(const Error& error, bool json, Console& console);
/// The words as one line for the history, with "***" for secrets among them.
std::string command_text(std::span<const Token> tokens);

}  // namespace lunet::shell
