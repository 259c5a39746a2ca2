// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/terminal.h"

#include <fmt/core.h>

#include <ctime>

#include "base/text.h"
#include "shell/completion_list.h"
#include "shell/interrupt.h"
#include "shell/line_editor.h"
#include "shell/modes/complete.h"
#include "shell/modes/pager.h"
#include "shell/modes/question.h"
#include "shell/modes/statement.h"
#include "shell/report.h"
#include "shell/user_file.h"

namespace lunet::shell::modes {

std::string prompt_with_deadline(const Editing& editing, const std::optional<store::Confirmation>& waiting,
                                 std::int64_t now_s) {
  std::string prompt = prompt_of(editing);
  if (!waiting || waiting->deadline_s <= now_s) return prompt;
  const std::int64_t left_s = waiting->deadline_s - now_s;
  constexpr std::int64_t minute_s = 60;
  return fmt::format("[confirm within {}:{:02}] {}", left_s / minute_s, left_s % minute_s, prompt);
}

static std::string prompt_now(Editing& editing) {
  std::optional<store::Confirmation> waiting;
  if (const auto recorded = editing.session.runtime.recorded(); recorded && editing.kind == Kind::configure) {
    if (const auto found = (*recorded)->confirmation(); found) waiting = *found;
  }
  return prompt_with_deadline(editing, waiting, std::time(nullptr));
}

static EditorHooks hooks_for(Editing& editing, const bool& inside) {
  EditorHooks hooks;
  hooks.prompt = [&editing, &inside] { return inside ? std::string("> ") : prompt_now(editing); };
  hooks.complete = [&editing](std::string_view line) { return complete(editing, line); };
  hooks.list = [&editing](const Completion& completion) {
    const Session& session = editing.session;
    return list_candidates(completion,
                           {session.console.terminal_width(),
                            session.console.colours() && session.preferences.flag("color_mode"),
                            session.preferences.flag("completions_in_columns")},
                           session.preferences);
  };
  return hooks;
}

static void run_typed(Editing& editing, const std::string& line) {
  auto outcome = run_command(editing, line);
  if (!outcome) {
    const Error& error = outcome.error();
    const std::string name = line.substr(0, line.find_first_of(" \t\n"));
    report(error, {{}, name, editing.misused}, editing.session);
  } else if (!outcome->reported && !paged(*outcome, line, editing.session)) {
    report(*outcome, editing.session);
  }
  if (interrupted()) editing.session.console.write_error("interrupted\n");
}

// The end of the input leaves as exit does, but there is no level to go up.
static void end_of_input(Editing& editing) {
  editing.session.console.write("exit\n");
  if (!editing.is_changed()) {
    editing.leave = true;
    return;
  }
  const auto lost = ask_to_leave(editing);
  if (lost) editing.leave = true;
  if (!lost) report(lost.error(), {{}, "exit", false}, editing.session);
}

static void greet(const Editing& editing) {
  const bool configures = editing.kind == Kind::configure;
  editing.session.console.write(
      configures
          ? fmt::format("Editing a candidate of generation {}. 'commit' makes it run, 'help' lists the "
                        "commands.\n",
                        editing.base.generation)
          : std::string("What runs, as text. 'help' lists the commands.\n"));
}

ExitStatus run_at_terminal(Editing& editing) {
  watch_interrupts();
  editing.terminal = true;
  const std::string folder = user_folder();
  const std::string history =
      folder.empty() ? "" : fmt::format("{}/history-{}.txt", folder, kind_name(editing.kind));
  bool inside = false;
  const auto made = make_line_editor(hooks_for(editing, inside), history);
  if (!made) {
    report(made.error(), {}, editing.session);
    return ExitStatus::failed;
  }
  LineEditor& editor = **made;
  greet(editing);
  std::string text;
  while (!editing.leave) {
    const TypedLine typed = editor.read();
    if (typed.end == LineEnd::interrupted) {
      text.clear();
      inside = false;
      continue;
    }
    if (typed.end == LineEnd::end_of_input) {
      end_of_input(editing);
      text.clear();
      inside = false;
      continue;
    }
    text += text.empty() ? typed.text : "\n" + typed.text;
    if (trim(typed.text).empty() && !inside) continue;
    editor.remember(without_secrets(typed.text));
    inside = goes_on(text);
    if (inside) continue;
    run_typed(editing, text);
    text.clear();
  }
  return ExitStatus::done;
}

}  // namespace lunet::shell::modes
