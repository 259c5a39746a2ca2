// SPDX-License-Identifier: Apache-2.0
#include "shell/shell.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "shell/binding.h"
#include "shell/command_table.h"
#include "shell/interrupt.h"
#include "shell/log_file.h"
#include "shell/nodes.h"
#include "shell/report.h"

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

bool is_path_word(const Token& token) {
  return !token.is_keyword() && (token.text.find('/') != std::string::npos || token.text == "." ||
                                 token.text == ".." || token.text == "*" || token.text.starts_with('@'));
}

Result<Place> follow_word(std::string_view word, const Session& session) {
  return follow_word_from(session.place, word, session);
}

// A disk of an HBA is called as the configuration calls it; one that is not there is found missing later.
static Result<Place> with_disk(Result<Place> place, const Session& session) {
  if (!place || !place->hba || place->disk.empty()) return place;
  const auto id = session.runtime.disk_on_hba(*place);
  if (!id && id.error().errnum != ENOENT) return id.error();
  if (id) place->disk = *id;
  return place;
}

Result<Place> follow_word_from(const Place& from, std::string_view word, const Session& session) {
  if (!word.starts_with('@')) return with_disk(follow_path(from, word), session);
  const auto slash = word.find('/');
  const std::string_view name = word.substr(1, slash == std::string_view::npos ? slash : slash - 1);
  const auto path = session.bookmarks.find(name);
  if (!path)
    return Error{ENOENT, fmt::format("there is no bookmark '{}'", name), "`bookmarks show` lists them"};
  const Place marked = TRY(follow_path({}, *path));
  if (slash == std::string_view::npos) return with_disk(marked, session);
  return with_disk(follow_path(marked, word.substr(slash + 1)), session);
}

Result<Place> find_child(const Place& parent, std::string_view name, const Session& session) {
  return with_disk(child_of(parent, name), session);
}

// A path alone: it is entered where commands follow, and shown where there is nowhere to stay.
static std::string_view command_of_path_alone(const Session& session) {
  return session.stays ? "cd" : "ls";
}

static Result<> parse(std::span<const Token> tokens, const Session& session, Parsed& parsed) {
  parsed.place = session.place;
  if (!tokens.empty() && is_path_word(tokens[0])) {
    parsed.place = TRY(follow_word(tokens[0].text, session));
    tokens = tokens.subspan(1);
  }
  parsed.command_name = tokens.empty() ? command_of_path_alone(session) : tokens[0].text;
  parsed.command = TRY(find_command(session.table, parsed.place, parsed.command_name));
  parsed.arguments =
      TRY(bind_arguments(*parsed.command, tokens.empty() ? tokens : tokens.subspan(1), session.preferences));
  if (tokens.empty()) parsed.arguments.set("path", parsed.place.path);
  return {};
}

// The paths that a command was about: its node, the disk it was given, the child to delete.
static std::vector<std::string> paths_of(const Parsed& parsed) {
  std::vector<std::string> paths = {parsed.place.path};
  for (const Parameter& parameter : parsed.command->parameters) {
    const std::string value = parsed.arguments.text(parameter.name);
    const bool is_disk = parameter.type == ParameterType::storage_object ||
                         (parameter.type == ParameterType::disk_or_file && value.starts_with("/backstores"));
    if (value.empty() || (!is_disk && parsed.command->name != "delete")) continue;
    const auto place = is_disk ? follow_path({}, value) : child_of(parsed.place, value);
    if (place) paths.push_back(place->path);
  }
  return paths;
}

// When something could not be found, the tree says which name is near.
static Error with_suggestion(Error error, const Parsed& parsed, Session& session) {
  if (error.errnum != ENOENT || !parsed.command->needs_runtime) return error;
  const auto root = session.runtime.view(hierarchy_of(parsed.place, session));
  if (!root) return error;
  for (const std::string& path : paths_of(parsed)) {
    const std::string near = near_path(*root, path);
    if (near.empty()) continue;
    error.hint = fmt::format("did you mean {}?", near);
    break;
  }
  return error;
}

// With --ensure, what is to go and is not there is as wished.
static bool is_gone_as_wished(const Error& error, const Parsed& parsed, const Session& session) {
  return session.ensure && parsed.command->name == "delete" && error.errnum == ENOENT;
}

static ExitStatus status_of(const Error& error) {
  switch (error.errnum) {
    case ENOTRECOVERABLE: return ExitStatus::not_undone;
    case ENOTUNIQ: return ExitStatus::different;
    default: return ExitStatus::failed;
  }
}

static ExitStatus report_wrong_words(const Error& error, const Parsed& parsed, Session& session) {
  report(error, {parsed.place.path, parsed.command_name, true, ExitStatus::usage}, session);
  return ExitStatus::usage;
}

// Every object that was made is @last, and is entered when the user likes that.
static void remember(const Outcome& outcome, Session& session) {
  if (outcome.created.empty()) return;
  // A user whose folder cannot be written has no @last; the object is there all the same.
  const auto kept = session.bookmarks.put("last", outcome.created);
  if (!kept) log_to_file(session.preferences, LogLevel::warning, kept.error().message);
  if (!session.stays || !session.preferences.flag("auto_cd_after_create")) return;
  if (const auto place = follow_path({}, outcome.created)) session.enter(*place);
}

static ExitStatus run_one(std::span<const Token> tokens, Session& session) {
  Parsed parsed;
  if (const auto understood = parse(tokens, session, parsed); !understood)
    return report_wrong_words(understood.error(), parsed, session);
  const bool with_path = is_path_word(tokens[0]);
  const std::string words = command_text(with_path ? tokens.subspan(1) : tokens);
  std::string line = parsed.place.path == "/" && !with_path ? "" : parsed.place.path;
  if (!line.empty() && !words.empty()) line += ' ';
  line += words;
  log_to_file(session.preferences, LogLevel::debug, "running " + line);
  session.runtime.announce(line);
  auto outcome = parsed.command->run({parsed.place, parsed.arguments, session});
  if (!outcome && is_gone_as_wished(outcome.error(), parsed, session)) {
    Outcome nothing;
    nothing.lines = {fmt::format("Nothing to delete: {}.", outcome.error().message)};
    nothing.changed = false;
    outcome = std::move(nothing);
  }
  if (!outcome) {
    const Error error = with_suggestion(std::move(outcome).error(), parsed, session);
    const ExitStatus status = status_of(error);
    report(error, {parsed.place.path, parsed.command_name, false, status}, session);
    return status;
  }
  if (outcome->reported) return outcome->status;
  report(*outcome, session);
  remember(*outcome, session);
  return outcome->status;
}

// "*" and "PATH/*": the place whose children are meant; nothing: another word.
static Result<std::optional<Place>> starred(const Token& token, const Session& session) {
  if (token.is_keyword()) return std::optional<Place>();
  if (token.text == "*") return std::optional(session.place);
  if (!token.text.ends_with("/*")) return std::optional<Place>();
  const std::string_view parent = std::string_view(token.text).substr(0, token.text.size() - 1);
  return std::optional(TRY(follow_word(parent, session)));
}

// The rest of the line on every child, each after its path.
static ExitStatus run_on_children(const Place& parent, std::span<const Token> rest, Session& session) {
  const auto names = session.runtime.child_names(parent, hierarchy_of(parent, session));
  if (!names) {
    report(names.error(), {parent.path, "*", false}, session);
    return ExitStatus::failed;
  }
  ExitStatus worst = ExitStatus::done;
  for (const std::string& name : *names) {
    const auto child = with_disk(child_of(parent, name), session);
    if (!child) continue;
    if (interrupted()) break;
    if (!session.json) session.console.write(fmt::format("[{}]\n", child->path));
    std::vector<Token> words = {Token{child->path, std::string::npos}};
    words.insert(words.end(), rest.begin(), rest.end());
    if (rest.empty()) words.push_back(Token{"ls", std::string::npos});
    worst = worse(worst, run_one(words, session));
  }
  return worst;
}

// `clear --yes` and `plan --json` are what people type; both are also options before the command.
static std::vector<Token> without_options(std::span<const Token> tokens, Session& session) {
  std::vector<Token> words(tokens.begin(), tokens.end());
  const auto has_options = [&](const Token& word) {
    return std::any_of(session.table.begin(), session.table.end(), [&](const Command& command) {
      return command.name == word.text && command.takes_options;
    });
  };
  const auto command = std::find_if(words.begin(), words.end(), has_options);
  if (command == words.end() || command - words.begin() > 1) return words;
  std::erase_if(words, [&](const Token& token) {
    if (token.text == "--yes") session.yes = true;
    if (token.text == "--json") session.json = true;
    return token.text == "--yes" || token.text == "--json";
  });
  return words;
}

static ExitStatus run_words(std::span<const Token> tokens, Session& session) {
  if (tokens.empty()) return ExitStatus::done;
  const auto parent = starred(tokens[0], session);
  if (!parent) return report_wrong_words(parent.error(), {session.place, {}, nullptr, {}}, session);
  if (*parent) return run_on_children(**parent, tokens.subspan(1), session);
  return run_one(tokens, session);
}

// --yes and --json are of this command only.
static ExitStatus run_tokens(std::span<const Token> tokens, Session& session) {
  const bool yes = session.yes;
  const bool json = session.json;
  const ExitStatus status = run_words(without_options(tokens, session), session);
  session.yes = yes;
  session.json = json;
  return status;
}

ExitStatus run(std::span<const std::string> words, Session& session) {
  if (words.size() == 1 && words[0].find_first_of(" \t\n\r") != std::string::npos)
    return run_line(words[0], session);
  const auto tokens = tokens_of_words(words);
  if (!tokens) return report_wrong_words(tokens.error(), {session.place, {}, nullptr, {}}, session);
  return run_tokens(*tokens, session);
}

ExitStatus run_line(std::string_view line, Session& session) {
  const auto tokens = tokens_of_line(line);
  if (!tokens) return report_wrong_words(tokens.error(), {session.place, {}, nullptr, {}}, session);
  const bool yes = session.yes;
  const bool json = session.json;
  std::span<const Token> rest = *tokens;
  while (!rest.empty() && (rest.front().text == "--yes" || rest.front().text == "--json")) {
    (rest.front().text == "--yes" ? session.yes : session.json) = true;
    rest = rest.subspan(1);
  }
  const ExitStatus status = run_tokens(rest, session);
  session.yes = yes;
  session.json = json;
  return status;
}

ExitStatus worse(ExitStatus one, ExitStatus other) {
  constexpr std::array order = {ExitStatus::done,  ExitStatus::different, ExitStatus::incomplete,
                                ExitStatus::usage, ExitStatus::failed,    ExitStatus::not_undone};
  return std::find(order.begin(), order.end(), one) < std::find(order.begin(), order.end(), other) ? other
                                                                                                   : one;
}

ExitStatus run_lines(const LineSource& next, const std::string& name, bool keep_going, Session& session) {
  const std::string where_before = session.where;
  const bool stays_before = session.stays;
  session.stays = true;
  ExitStatus worst = ExitStatus::done;
  for (int number = 1; !session.leave && !interrupted(); ++number) {
    const auto line = next();
    if (!line) break;
    if (trim(*line).empty() || trim(*line).front() == '#') continue;
    session.where = name.empty() ? "" : fmt::format("{}{}:{}: ", where_before, name, number);
    const ExitStatus status = run_line(*line, session);
    worst = worse(worst, status);
    if (is_failure(status) && !keep_going) break;
  }
  session.where = where_before;
  session.stays = stays_before;
  return interrupted() ? worse(worst, ExitStatus::failed) : worst;
}

std::vector<std::string> split_commands(std::string_view text) {
  std::vector<std::string> commands(1);
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      commands.back() += c;
      commands.back() += text[++i];
    } else if (c == ';' && quote == '\0') {
      commands.emplace_back();
    } else {
      if (quote == '\0' ? c == '\'' || c == '"' : c == quote) quote = quote == '\0' ? c : '\0';
      commands.back() += c;
    }
  }
  return commands;
}

ExitStatus report_usage(const Error& error, bool json, Console& console) {
  report(error, {{}, {}, true, ExitStatus::usage}, json, console);
  return ExitStatus::usage;
}

std::string command_text(std::span<const Token> tokens) {
  std::string text;
  for (const Token& token : tokens) {
    text += text.empty() ? "" : " ";
    const bool secret = token.is_keyword() && token.keyword().find("password") != std::string_view::npos &&
                        !token.value().empty() && token.value() != "-";
    text += secret ? std::string(token.keyword()) + "=***" : as_typed(token.text);
  }
  return text;
}

}  // namespace lunet::shell
