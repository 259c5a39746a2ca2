// SPDX-License-Identifier: Apache-2.0
#include "shell/interactive.h"

#include <fmt/core.h>

#include "base/text.h"
#include "shell/completion_list.h"
#include "shell/interrupt.h"
#include "shell/line_editor.h"
#include "shell/picker_screen.h"
#include "shell/report.h"
#include "shell/shell.h"

namespace lunet::shell {

std::string prompt_for(std::string_view path, int length) {
  constexpr int shortest = 5;  // a character, the dots, a character
  if (length <= 0 || path.size() <= static_cast<std::size_t>(length)) return fmt::format("{}> ", path);
  const auto half = static_cast<std::size_t>(std::max(length, shortest) - 3) / 2;
  return fmt::format("{}...{}> ", path.substr(0, half), path.substr(path.size() - half));
}

// A path that is gone meanwhile leads to the nearest that is there.
static Place nearest_that_is_there(const std::string& path, Session& session) {
  auto place = follow_path({}, path);
  while (place && place->path != "/" && !session.runtime.child_names(*place, hierarchy_of(*place, session)))
    place = follow_path(*place, "..");
  return place ? *place : Place{};
}

// Somebody else may have deleted what the shell stands in. A runtime that does not answer says nothing about
// that.
static void leave_what_is_gone(Session& session) {
  if (!session.runtime.child_names(Place{})) return;
  const Place there = nearest_that_is_there(session.place.path, session);
  if (there.path == session.place.path) return;
  session.console.write_error(fmt::format("{} is gone; taking you to {}\n", session.place.path, there.path));
  session.place = there;
}

// What is kept of a line has no secret in it.
static std::string kept(const std::string& line) {
  const auto tokens = tokens_of_line(line);
  if (!tokens) return line;
  for (const Token& token : *tokens) {
    if (token.is_keyword() && token.keyword().find("password") != std::string_view::npos)
      return command_text(*tokens);
  }
  return line;
}

static EditorHooks hooks_for(Session& session) {
  EditorHooks hooks;
  hooks.prompt = [&session] {
    return prompt_for(session.place.path, session.preferences.number("prompt_length"));
  };
  hooks.complete = [&session](std::string_view line) { return complete(line, session); };
  hooks.list = [&session](const Completion& completion) {
    const Preferences& preferences = session.preferences;
    return list_candidates(
        completion,
        {session.console.terminal_width(), session.console.colours() && preferences.flag("color_mode"),
         preferences.flag("completions_in_columns")},
        preferences);
  };
  return hooks;
}

ExitStatus run_interactive(Session& session, const std::string& folder) {
  watch_interrupts();
  session.stays = true;
  session.paths = PathHistory(folder);
  session.pick = pick_on_screen;
  const auto made = make_line_editor(hooks_for(session), folder.empty() ? "" : folder + "/history.txt");
  if (!made) {
    report(made.error(), {}, session);
    return ExitStatus::failed;
  }
  LineEditor& editor = **made;
  session.console.write("lunet " LUNET_VERSION
                        ". 'help' lists the commands, TAB completes, Ctrl-D leaves.\n");
  session.place = nearest_that_is_there(session.paths.current(), session);
  while (!session.leave) {
    const TypedLine typed = editor.read();
    if (typed.end == LineEnd::interrupted) continue;
    if (typed.end == LineEnd::end_of_input) {
      session.console.write("exit\n");
      break;
    }
    if (trim(typed.text).empty()) continue;
    editor.remember(kept(typed.text));
    if (run_line(typed.text, session) != ExitStatus::done) leave_what_is_gone(session);
    if (interrupted()) session.console.write_error("interrupted\n");
  }
  return ExitStatus::done;
}

}  // namespace lunet::shell
