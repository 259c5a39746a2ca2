// SPDX-License-Identifier: Apache-2.0
#include "shell/report.h"

#include <fmt/core.h>

#include "shell/binding.h"
#include "shell/command_table.h"
#include "shell/log_file.h"
#include "shell/render.h"
#include "shell/tokens.h"

namespace lunet::shell {

static Style style_of(const Session& session) {
  const Preferences& preferences = session.preferences;
  Style style;
  style.width = session.console.width();
  style.colours = session.console.colours() && preferences.flag("color_mode");
  style.round_nodes = preferences.flag("tree_round_nodes");
  style.show_root = preferences.flag("tree_show_root");
  style.status = preferences.flag("tree_status_mode");
  return style;
}

static void print_notices(Session& session) {
  for (const std::string& notice : session.runtime.notices()) session.console.write_error(notice + "\n");
}

static void write_line(Session& session, const std::string& line, const std::string& colour) {
  session.console.write(colour.empty() ? line + "\n" : colour + line + "\033[0m\n");
}

void report(const Outcome& outcome, Session& session) {
  for (const std::string& warning : outcome.warnings)
    log_to_file(session.preferences, LogLevel::warning, warning);
  if (session.json) {
    session.console.write(json_of(outcome, session.runtime.notices()));
    return;
  }
  const LogLevel threshold = log_level_of(session.preferences.value("loglevel_console"));
  if (threshold <= LogLevel::info) print_notices(session);
  const Style style = style_of(session);
  if (outcome.listing) session.console.write(render(*outcome.listing, style));
  const std::string colour =
      style.colours ? colour_code(session.preferences.value("color_default")) : std::string();
  for (const std::string& line : outcome.lines) {
    if (outcome.notes) log_to_file(session.preferences, LogLevel::info, line);
    if (!outcome.notes || threshold <= LogLevel::info) write_line(session, line, colour);
  }
  if (outcome.text) session.console.write(*outcome.text);
  if (threshold > LogLevel::warning) return;
  for (const std::string& warning : outcome.warnings)
    session.console.write_error("warning: " + warning + "\n");
}

void report(const Error& error, const Attempt& attempt, bool json, Console& console) {
  if (json) {
    console.write_error(json_of(error, attempt));
    return;
  }
  console.write_error(fmt::format("error: {}\n", error.message));
  if (!error.hint.empty()) console.write_error(fmt::format("hint: {}\n", error.hint));
}

void report(const Error& error, Attempt attempt, Session& session) {
  log_to_file(session.preferences, LogLevel::error, error.message);
  attempt.notices = session.runtime.notices();
  attempt.command = command_in(error.hint, session.table);
  if (!session.json) print_notices(session);
  report({error.errnum, session.where + error.message, error.hint}, attempt, session.json, session.console);
}

static bool is_command(std::string_view text, const std::vector<Command>& table) {
  auto tokens = tokens_of_line(text);
  if (!tokens || tokens->empty()) return false;
  if (tokens->front().text == "lunet") tokens->erase(tokens->begin());
  std::span<const Token> rest = *tokens;
  Place place;
  if (!rest.empty() && rest.front().text.starts_with('/')) {
    const auto followed = follow_path({}, rest.front().text);
    if (!followed) return false;
    place = *followed;
    rest = rest.subspan(1);
  }
  if (rest.empty()) return false;
  const auto command = find_command(table, place, rest.front().text);
  return command && bind_arguments(**command, rest.subspan(1));
}

std::string command_in(std::string_view hint, const std::vector<Command>& table) {
  for (const char quote : {'\'', '`'}) {
    for (auto from = hint.find(quote); from != std::string_view::npos;) {
      const auto to = hint.find(quote, from + 1);
      if (to == std::string_view::npos) break;
      const std::string_view text = hint.substr(from + 1, to - from - 1);
      if (is_command(text, table)) return std::string(text);
      from = hint.find(quote, to + 1);
    }
  }
  return {};
}

}  // namespace lunet::shell
