// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/run.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/interrupt.h"
#include "shell/modes/question.h"
#include "shell/modes/statement.h"
#include "shell/modes/terminal.h"
#include "shell/report.h"
#include "shell/shell.h"

namespace lunet::shell::modes {
namespace {

/// What stands before the command.
struct Options {
  std::vector<std::string> lines;
  bool has_lines = false;
  bool keep_going = false;
  bool commit = false;
  std::vector<std::string> words;
};

Result<Options> options_of(Kind kind, const std::vector<std::string>& words) {
  Options options;
  std::size_t at = 0;
  for (; at < words.size() && words[at].starts_with('-'); ++at) {
    const std::string& word = words[at];
    if (word == "--keep-going") {
      options.keep_going = true;
    } else if (word == "--commit" && kind == Kind::configure) {
      options.commit = true;
    } else if (word == "-c" && at + 1 < words.size()) {
      options.has_lines = true;
      for (std::string& line : split_lines(words[++at])) options.lines.push_back(std::move(line));
    } else {
      return Error{EINVAL, fmt::format("{}: there is no option {}", kind_name(kind), word),
                   "-c 'COMMAND; COMMAND', --keep-going, --commit"};
    }
  }
  options.words.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  if (options.has_lines && !options.words.empty())
    return Error{EINVAL, fmt::format("{}: -c and a command cannot both be given", kind_name(kind)),
                 "put the command into -c"};
  return options;
}

ExitStatus status_of(const Editing& editing, const Error& error) {
  if (editing.misused) return ExitStatus::usage;
  return error.errnum == ENOTRECOVERABLE ? ExitStatus::not_undone : ExitStatus::failed;
}

ExitStatus say(Editing& editing, const Error& error, std::string_view name) {
  const ExitStatus status = status_of(editing, error);
  report(error, {{}, name, editing.misused, status}, editing.session);
  return status;
}

ExitStatus run_and_say(Editing& editing, const std::string& line) {
  const auto outcome = run_command(editing, line);
  const std::string name = line.substr(0, line.find_first_of(" \t\n"));
  if (!outcome) return say(editing, outcome.error(), name);
  if (!outcome->reported) report(*outcome, editing.session);
  return outcome->status;
}

/// Changes that would be lost without a word.
Error not_committed() {
  return {ECANCELED, "configure: the changes were not committed, so nothing was changed",
          "end with 'commit', or put --commit before the command"};
}

/// What the end of a script or of a one-shot command does with changes.
ExitStatus settle(Editing& editing, bool commit, ExitStatus status) {
  if (!editing.is_changed() || editing.leave) return status;
  if (commit && !is_failure(status)) return worse(status, run_and_say(editing, "commit"));
  editing.misused = false;
  const ExitStatus lost = say(editing, not_committed(), "configure");
  return is_failure(status) ? status : lost;
}

Result<Outcome> run_one(Editing& editing, const Options& options) {
  // One word with blanks is a line.
  const bool is_line = options.words.size() == 1 && options.words[0].find(' ') != std::string::npos;
  auto outcome = is_line ? run_command(editing, options.words[0]) : run_command(editing, options.words);
  if (!outcome) {
    Outcome said;
    said.status = say(editing, outcome.error(), kind_name(editing.kind));
    said.reported = true;
    return said;
  }
  if (!editing.is_changed() || editing.leave) return outcome;
  Outcome said;
  report(*outcome, editing.session);
  if (!options.commit) {
    said.status = say(editing, not_committed(), "configure");
  } else {
    said.status = worse(outcome->status, run_and_say(editing, "commit"));
  }
  said.reported = true;
  return said;
}

NextLine next_of(std::vector<std::string> lines) {
  return [lines = std::move(lines), at = std::size_t{0}]() mutable -> std::optional<std::string> {
    return at < lines.size() ? std::optional(lines[at++]) : std::nullopt;
  };
}

}  // namespace

ExitStatus run_lines(Editing& editing, const NextLine& next, const std::string& name, bool keep_going) {
  Session& session = editing.session;
  const std::string where_before = session.where;
  ExitStatus worst = ExitStatus::done;
  int number = 0;
  while (!editing.leave && !interrupted()) {
    auto line = next();
    ++number;
    if (!line) break;
    const int first = number;
    while (goes_on(*line)) {
      const auto more = next();
      ++number;
      if (!more) break;
      *line += "\n" + *more;
    }
    const std::string_view text = trim(*line);
    if (text.empty() || text.front() == '#') continue;
    session.where = name.empty() ? "" : fmt::format("{}{}:{}: ", where_before, name, first);
    const ExitStatus status = run_and_say(editing, std::string(text));
    session.console.write_error("");  // which sends what was written: a program may wait for it
    // Who looks at differences on the way, and then commits them, has done what was wanted.
    if (status != ExitStatus::different) worst = worse(worst, status);
    if (is_failure(status) && !keep_going) break;
  }
  session.where = where_before;
  return interrupted() ? worse(worst, ExitStatus::failed) : worst;
}

Result<Outcome> enter(Kind kind, const std::vector<std::string>& words, Session& session) {
  const schema::Schema schema = TRY(schema::installed_schema());
  Editing editing{.kind = kind, .session = session, .schema = schema};
  Outcome said;
  said.reported = true;
  const auto options = options_of(kind, words);
  if (!options) {
    editing.misused = true;
    said.status = say(editing, options.error(), kind_name(kind));
    return said;
  }
  TRY_OK(begin(editing));
  if (!options->words.empty()) return run_one(editing, *options);
  if (options->has_lines) {
    said.status = run_lines(editing, next_of(options->lines), "", options->keep_going);
  } else if (::isatty(STDIN_FILENO) != 0 && !session.json) {
    said.status = run_at_terminal(editing);
    return said;
  } else {
    const auto next = [&session] { return session.console.read_line(); };
    said.status = run_lines(editing, next, "standard input", options->keep_going);
  }
  said.status = settle(editing, options->commit, said.status);
  return said;
}

}  // namespace lunet::shell::modes

namespace lunet::shell {

static Result<Outcome> configure(const Invocation& call) {
  return modes::enter(modes::Kind::configure, call.arguments.extra, call.session);
}

static Result<Outcome> live(const Invocation& call) {
  return modes::enter(modes::Kind::live, call.arguments.extra, call.session);
}

std::vector<Command> mode_commands() {
  using service::NodeKind;
  return {
      {.name = "configure",
       .kinds = {NodeKind::root},
       .extra = "command",
       .raw = true,
       .takes_options = true,
       .needs_runtime = false,
       .run = configure},
      {.name = "live",
       .kinds = {NodeKind::root},
       .extra = "command",
       .raw = true,
       .takes_options = true,
       .run = live},
  };
}

}  // namespace lunet::shell
