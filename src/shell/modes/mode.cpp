// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/mode.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "shell/modes/changes_text.h"
#include "shell/modes/groups.h"
#include "shell/modes/output.h"
#include "shell/modes/statement.h"
#include "shell/suggest.h"

namespace lunet::shell::modes {

std::string_view kind_name(Kind kind) {
  return kind == Kind::configure ? "configure" : "live";
}

static std::vector<ModeCommand> make_table(Kind kind) {
  std::vector<ModeCommand> table;
  const auto add = [&](std::vector<ModeCommand> group) {
    for (ModeCommand& command : group) table.push_back(std::move(command));
  };
  if (kind == Kind::configure) {
    for (auto* group : {level_commands, edit_commands, source_commands, look_commands, commit_commands})
      add(group());
  } else {
    add(live_commands());
  }
  add(help_commands());
  return table;
}

std::span<const ModeCommand> commands_of(Kind kind) {
  static const std::vector<ModeCommand> configure = make_table(Kind::configure);
  static const std::vector<ModeCommand> live = make_table(Kind::live);
  return kind == Kind::configure ? configure : live;
}

std::string page_name(Kind kind, const ModeCommand& command) {
  return fmt::format("{}-{}", kind_name(kind), command.name);
}

bool Editing::is_changed() const {
  return candidate != nullptr && candidate->is_changed() &&
         !(without_empty(candidate->tree()) == without_empty(candidate->initial()));
}

static Result<> begin_live(Editing& editing) {
  service::Configurations* configurations = TRY(editing.session.runtime.configurations());
  editing.base = TRY(configurations->base());
  editing.running = TRY(configurations->running());
  return {};
}

// Without a running target what is recorded can be edited and looked at all the same.
static Result<service::Base> base_of(Session& session) {
  const auto configurations = session.runtime.configurations();
  if (configurations) return (*configurations)->base();
  const auto recorded = session.runtime.recorded();
  if (!recorded) return configurations.error();
  return (*recorded)->base();
}

Result<> begin(Editing& editing) {
  if (editing.kind == Kind::live) {
    TRY_OK(begin_live(editing));
  } else {
    editing.base = TRY(base_of(editing.session));
  }
  editing.runtime = editing.base.runtime == service::RuntimeKind::kernel ? schema::Runtime::kernel
                                                                         : schema::Runtime::lunetd;
  if (editing.kind == Kind::configure)
    editing.candidate =
        std::make_unique<config::Candidate>(editing.base.tree, editing.schema, editing.runtime);
  keep_level(editing);
  return {};
}

void keep_level(Editing& editing) {
  while (!editing.level.empty() && editing.tree().find(editing.level) == nullptr) editing.level.pop_back();
}

std::string prompt_of(const Editing& editing) {
  if (editing.kind == Kind::live) return "live> ";
  constexpr std::size_t longest = 25;
  constexpr std::size_t kept = 22;
  std::string level = editing.level.empty() ? "config" : config::path_text(editing.level);
  if (level.size() > longest) level = ".." + level.substr(level.size() - kept);
  return level + "# ";
}

Error misuse(Editing& editing, std::string message, std::string hint) {
  editing.misused = true;
  return {EINVAL, std::move(message), std::move(hint)};
}

static const ModeCommand* find(Kind kind, std::string_view name) {
  const auto table = commands_of(kind);
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const ModeCommand& each) { return each.name == name; });
  return found == table.end() ? nullptr : &*found;
}

Error wrong_words(Editing& editing, std::string_view name, std::string message) {
  const ModeCommand* command = find(editing.kind, name);
  return misuse(editing, fmt::format("{}: {}", name, message),
                command == nullptr ? "" : fmt::format("usage: {}", command->syntax));
}

static Error unknown(Editing& editing, std::string_view name) {
  std::vector<std::string> names;
  std::string all;
  for (const ModeCommand& command : commands_of(editing.kind)) {
    names.emplace_back(command.name);
    all += (all.empty() ? "" : ", ") + std::string(command.name);
  }
  const std::string near = did_you_mean(name, names);
  return misuse(editing, fmt::format("command not found: {}", name),
                near.empty() ? "the commands here are " + all : near);
}

// "?" is how the older tool's users ask, and a "?" behind a command asks about it.
static std::string_view full_name(std::string_view name) {
  return name == "?" ? "help" : name;
}

static Result<Outcome> run(Editing& editing, std::string_view name, Line line,
                           const std::vector<std::string>& pipes) {
  const ModeCommand* command = find(editing.kind, full_name(name));
  if (command == nullptr) return unknown(editing, name);
  if (!pipes.empty() && !command->shows)
    return misuse(editing, fmt::format("{} has no output that a '|' could take", name),
                  "only what shows something can be followed by '|'");
  if (command->typed == Typed::nothing && !line.words.empty())
    return wrong_words(editing, name, "it takes no words");
  const std::string typed = fmt::format("{}: {} {}", kind_name(editing.kind), name, line.text);
  editing.session.runtime.announce(std::string(trim(without_secrets(typed))));
  const bool compares = !pipes.empty() && pipes.front().starts_with("compare");
  const config::Path level = editing.level;
  if (compares && name == "top") editing.level.clear();
  auto shown = compares ? compared(editing, line, pipes.front()) : command->run(editing, line);
  if (compares) editing.level = level;
  Outcome outcome = TRY(std::move(shown));
  TRY_OK(filter(editing, std::span<const std::string>(pipes).subspan(compares ? 1 : 0), outcome));
  return outcome;
}

// Errors quote the text that they are about, in lines of their own; it may hold secrets.
static Error without_quoted_secrets(Error error) {
  std::string message;
  for (const std::string_view line : split(error.message, '\n')) {
    if (!message.empty()) message += '\n';
    message += line.starts_with("    ") ? without_secrets(line) : std::string(line);
  }
  error.message = std::move(message);
  return error;
}

static Result<Outcome> noted(Editing& editing, Result<Outcome> outcome) {
  if (outcome) return outcome;
  editing.last_error = without_quoted_secrets(std::move(outcome).error());
  return *editing.last_error;
}

// Consent for one line, as before a line of the shell.
static Result<Outcome> with_consent(Editing& editing, std::string_view text) {
  const bool before = editing.session.yes;
  editing.session.yes = true;
  auto outcome = run_command(editing, text);
  editing.session.yes = before;
  return outcome;
}

Result<Outcome> run_command(Editing& editing, std::string_view text) {
  constexpr std::string_view consent = "--yes ";
  editing.misused = false;
  text = trim(text);
  if (text.empty() || text.front() == '#') return Outcome{};
  if (text.starts_with(consent)) return with_consent(editing, text.substr(consent.size()));
  std::vector<std::string> pipes = split_pipes(text);
  const std::string typed = pipes.front();
  pipes.erase(pipes.begin());
  const std::size_t end = std::min(typed.find_first_of(" \t\n"), typed.size());
  const std::string name = typed.substr(0, end);
  Line line{std::string(trim(std::string_view(typed).substr(end))), {}};
  auto words = words_of(line.text);
  if (!words) {
    editing.misused = true;
    return noted(editing, std::move(words).error());
  }
  line.words = std::move(*words);
  return noted(editing, run(editing, name, std::move(line), pipes));
}

Result<Outcome> run_command(Editing& editing, std::span<const std::string> words) {
  editing.misused = false;
  if (words.empty()) return Outcome{};
  const auto pipe = std::find(words.begin(), words.end(), "|");
  std::vector<std::string> pipes;
  if (pipe != words.end())
    pipes = split_pipes(line_of({&*pipe + 1, static_cast<std::size_t>(words.end() - pipe) - 1}));
  const auto behind = words.subspan(1, static_cast<std::size_t>(pipe - words.begin()) - 1);
  Line line{line_of(behind), {behind.begin(), behind.end()}};
  return noted(editing, run(editing, words.front(), std::move(line), pipes));
}

}  // namespace lunet::shell::modes
