// SPDX-License-Identifier: Apache-2.0
// What explains: help, trace.
#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "shell/command_table.h"
#include "shell/modes/groups.h"
#include "shell/page.h"

namespace lunet::shell::modes {
namespace {

std::vector<std::string> list_of(Kind kind) {
  std::vector<std::string> lines = {fmt::format("Commands of {}:", kind_name(kind)), ""};
  for (const ModeCommand& command : commands_of(kind)) {
    lines.push_back(fmt::format("  {}", command.syntax));
    lines.push_back(fmt::format("      {}", page_of(page_name(kind, command)).summary));
  }
  lines.emplace_back();
  lines.emplace_back("'help COMMAND' explains one. TAB completes what the schema knows.");
  return lines;
}

std::vector<std::string> explained(Kind kind, const ModeCommand& command) {
  const Page page = page_of(page_name(kind, command));
  std::vector<std::string> lines = {"SYNTAX", fmt::format("  {}", command.syntax), "", "DESCRIPTION"};
  add_wrapped(lines, "  ", page.summary);
  for (const std::string& paragraph : page.paragraphs) add_wrapped(lines, "  ", paragraph);
  lines.insert(lines.end(), {"", "EXAMPLES"});
  for (const std::string& example : page.examples) lines.push_back("  " + example);
  return lines;
}

Result<Outcome> help(Editing& editing, const Line& line) {
  Outcome outcome;
  if (line.words.empty()) {
    outcome.lines = list_of(editing.kind);
    return outcome;
  }
  const auto table = commands_of(editing.kind);
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const ModeCommand& each) { return each.name == line.words[0]; });
  if (found == table.end() || line.words.size() > 1)
    return wrong_words(editing, "help", fmt::format("there is no command '{}'", line.text));
  outcome.lines = explained(editing.kind, *found);
  return outcome;
}

Result<Outcome> trace(Editing& editing, const Line& /*line*/) {
  Outcome outcome;
  if (!editing.last_error) {
    outcome.lines = {"There was no error."};
    return outcome;
  }
  const Error& error = *editing.last_error;
  const char* name = ::strerrorname_np(error.errnum);
  outcome.lines = {fmt::format("cause: {}", error.message), fmt::format("correction: {}", error.hint),
                   fmt::format("errno: {} {}", error.errnum, name == nullptr ? "" : name)};
  return outcome;
}

}  // namespace

std::vector<ModeCommand> help_commands() {
  return {
      {.name = "help", .syntax = "help [COMMAND]", .typed = Typed::command, .shows = true, .run = help},
      {.name = "trace", .syntax = "trace", .shows = true, .run = trace},
  };
}

}  // namespace lunet::shell::modes
