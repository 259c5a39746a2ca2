// SPDX-License-Identifier: Apache-2.0
#include "shell/shell.h"

#include <fmt/core.h>

#include "shell/binding.h"
#include "shell/command_table.h"
#include "shell/json.h"
#include "shell/nodes.h"
#include "shell/render.h"
#include "shell/tokens.h"

namespace lunet::shell {

namespace {

/// What the words mean, before anything is done.
struct Parsed {
  Place place;
  std::string command_name;  ///< as far as known when an error comes up
  const Command* command = nullptr;
  Arguments arguments;
};

}  // namespace

// A word is a path when it has a slash or is made of dots; otherwise it is a command (features 1.1).
static bool is_path(const Token& token) {
  return !token.is_keyword() &&
         (token.text.find('/') != std::string::npos || token.text == "." || token.text == "..");
}

static Result<> parse(std::span<const Token> tokens, const std::vector<Command>& table, Parsed& parsed) {
  if (!tokens.empty() && tokens[0].text.rfind('@', 0) == 0) {
    return Error{EINVAL,
                 fmt::format("{}: bookmarks belong to the interactive shell, which is not in this version",
                             tokens[0].text),
                 "write the path itself"};
  }
  if (!tokens.empty() && is_path(tokens[0])) {
    parsed.place = TRY(follow_path({}, tokens[0].text));
    tokens = tokens.subspan(1);
  }
  // A path alone: there is nowhere to stay, so the node is shown.
  parsed.command_name = tokens.empty() ? "ls" : tokens[0].text;
  parsed.command = TRY(find_command(table, parsed.place, parsed.command_name));
  parsed.arguments = TRY(bind_arguments(*parsed.command, tokens.empty() ? tokens : tokens.subspan(1)));
  return {};
}

static void print_notices(Session& session) {
  for (const std::string& notice : session.runtime.notices()) session.console.write_error(notice + "\n");
}

static void print(const Outcome& outcome, Session& session) {
  if (session.json) {
    session.console.write(json_of(outcome, session.runtime.notices()));
    return;
  }
  print_notices(session);
  if (outcome.listing) {
    session.console.write(render(*outcome.listing, {session.console.width(), session.console.colours()}));
  }
  for (const std::string& line : outcome.lines) session.console.write(line + "\n");
  for (const std::string& warning : outcome.warnings)
    session.console.write_error("warning: " + warning + "\n");
}

static void print(const Error& error, const Attempt& attempt, bool json, Console& console) {
  if (json) {
    console.write_error(json_of(error, attempt));
    return;
  }
  console.write_error(fmt::format("error: {}\n", error.message));
  if (!error.hint.empty()) console.write_error(fmt::format("hint: {}\n", error.hint));
}

static void print(const Error& error, Attempt attempt, Session& session) {
  attempt.notices = session.runtime.notices();
  if (!session.json) print_notices(session);
  print(error, attempt, session.json, session.console);
}

// The paths that a command was about: its node, the disk it was given, the child to delete.
static std::vector<std::string> paths_of(const Parsed& parsed) {
  std::vector<std::string> paths = {parsed.place.path};
  for (const Parameter& parameter : parsed.command->parameters) {
    const std::string value = parsed.arguments.text(parameter.name);
    const bool is_disk = parameter.type == ParameterType::storage_object;
    if (value.empty() || (!is_disk && parsed.command->name != "delete")) continue;
    const auto place = is_disk ? follow_path({}, value) : child_of(parsed.place, value);
    if (place) paths.push_back(place->path);
  }
  return paths;
}

// When something could not be found, the tree says which name is near.
static Error with_suggestion(Error error, const Parsed& parsed, Session& session) {
  if (error.errnum != ENOENT || !parsed.command->needs_runtime) return error;
  const auto root = session.runtime.view();
  if (!root) return error;
  for (const std::string& path : paths_of(parsed)) {
    const std::string near = near_path(*root, path);
    if (near.empty()) continue;
    error.hint = fmt::format("did you mean {}?", near);
    break;
  }
  return error;
}

ExitStatus run(std::span<const std::string> words, Session& session) {
  const std::vector<Command> table = make_command_table();
  const auto tokens = tokens_of_words(words);
  if (!tokens) {
    print(tokens.error(), {{}, {}, true}, session);
    return ExitStatus::usage;
  }
  if (tokens->empty()) return ExitStatus::done;
  Parsed parsed;
  if (const auto understood = parse(*tokens, table, parsed); !understood) {
    print(understood.error(), {parsed.place.path, parsed.command_name, true}, session);
    return ExitStatus::usage;
  }
  auto outcome = parsed.command->run({parsed.place, parsed.arguments, session});
  if (!outcome) {
    const Error error = with_suggestion(std::move(outcome).error(), parsed, session);
    print(error, {parsed.place.path, parsed.command_name, false}, session);
    return error.errnum == ENOTRECOVERABLE ? ExitStatus::not_undone : ExitStatus::failed;
  }
  print(*outcome, session);
  return outcome->status;
}

ExitStatus report_usage(const Error& error, bool json, Console& console) {
  print(error, {{}, {}, true}, json, console);
  return ExitStatus::usage;
}

std::string command_text(std::span<const std::string> words) {
  const auto tokens = tokens_of_words(words);
  std::string text;
  if (!tokens) return text;
  for (const Token& token : *tokens) {
    text += text.empty() ? "" : " ";
    const bool secret = token.is_keyword() && token.keyword().find("password") != std::string_view::npos &&
                        !token.value().empty() && token.value() != "-";
    const std::string shown = secret ? std::string(token.keyword()) + "=***" : token.text;
    text += shown.find_first_of(" \t") == std::string::npos ? shown : "'" + shown + "'";
  }
  return text;
}

}  // namespace lunet::shell
