// SPDX-License-Identifier: Apache-2.0
// Where one is: edit, up, top, exit, quit.
#include <fmt/core.h>

#include "base/text.h"
#include "shell/modes/changes_text.h"
#include "shell/modes/groups.h"
#include "shell/modes/question.h"
#include "shell/modes/statement.h"

namespace lunet::shell::modes {
namespace {

using config::Path;

/// The objects that the words name, below the level. EINVAL: they are something else.
Result<Path> named_objects(Editing& editing, const Line& line) {
  Path path = editing.level;
  for (std::size_t at = 0; at < line.words.size(); at += 2) {
    const auto object_class = config::class_from_name(line.words[at]);
    if (!object_class)
      return misuse(editing, fmt::format("edit: '{}' is no class of objects", line.words[at]),
                    "levels are objects, such as: edit storage fileio disk vm1");
    if (at + 1 == line.words.size())
      return misuse(editing, fmt::format("edit: {} what? its name is missing", line.words[at]), {});
    path.push_back({*object_class, line.words[at + 1]});
  }
  return path;
}

/// What is below the level and matches, by the number of objects that the pattern names.
Result<std::vector<Path>> matches(const Editing& editing, const Line& line) {
  std::vector<Path> paths;
  const std::string pattern = literal_pattern(editing.tree(), editing.level, line.text);
  const auto only_objects =
      config::filters::both(config::filters::only_set(), config::filters::type(config::Item::Kind::object));
  auto items = editing.candidate->find(pattern, editing.level, only_objects);
  if (!items) return paths;  // no pattern: it may be a name
  for (config::Item& item : *items) paths.push_back(std::move(item.node.path));
  return paths;
}

std::vector<std::string> missing_lines(const Editing& editing) {
  std::vector<std::string> lines;
  for (const config::Node& node : editing.candidate->missing(editing.level))
    lines.push_back("missing: " + relative_name(node, editing.level));
  return lines;
}

Result<Outcome> enter(Editing& editing, Path path, std::vector<std::string> lines) {
  editing.level = std::move(path);
  Outcome outcome;
  outcome.lines = std::move(lines);
  for (std::string& line : missing_lines(editing)) outcome.lines.push_back(std::move(line));
  return outcome;
}

Result<Outcome> edit(Editing& editing, const Line& line) {
  if (line.words.empty()) return wrong_words(editing, "edit", "which object?");
  const std::vector<Path> found = TRY(matches(editing, line));
  if (found.size() > 1)
    return Error{EINVAL, fmt::format("edit: '{}' is ambiguous: it finds {} objects", line.text, found.size()),
                 fmt::format("one of them is: edit {}", relative_name({found.front()}, editing.level))};
  if (found.size() == 1) return enter(editing, found.front(), {});
  Path path = TRY(named_objects(editing, line));
  if (editing.tree().find(path) != nullptr) return enter(editing, std::move(path), {});
  const config::Tree before = editing.tree();
  const auto made = TRY(editing.candidate->set(line.text, editing.level));
  auto lines = node_lines({before, editing.tree(), editing.schema, editing.level}, made);
  // Another spelling of the name may have been made, such as block for iblock.
  if (editing.tree().find(path) == nullptr && made.size() == 1) path = made.front().path;
  return enter(editing, std::move(path), std::move(lines));
}

Result<Outcome> up(Editing& editing, const Line& line) {
  const auto count = line.words.empty() ? std::optional<std::uint64_t>(1) : parse_unsigned(line.words[0]);
  if (!count || *count == 0 || line.words.size() > 1)
    return wrong_words(editing, "up", "it takes a number of levels");
  editing.level.resize(editing.level.size() - std::min<std::size_t>(*count, editing.level.size()));
  return Outcome{};
}

Result<Outcome> top(Editing& editing, const Line& line) {
  const Path before = editing.level;
  editing.level.clear();
  if (line.text.empty()) return Outcome{};
  // As in `top show`: this one command, and back.
  auto outcome = run_command(editing, line.text);
  const bool moves =
      line.words.front() == "edit" || line.words.front() == "up" || line.words.front() == "top";
  if (!moves || !outcome) editing.level = before;
  keep_level(editing);
  return outcome;
}

/// Leaves; what is not committed is lost, which somebody who can be asked is asked about.
Result<Outcome> leave(Editing& editing, bool now) {
  if (editing.is_changed() && !now) {
    const auto lost = ask_to_leave(editing);
    if (!lost) return lost.error();
  }
  editing.leave = true;
  return Outcome{};
}

Result<bool> wants_now(Editing& editing, std::string_view name, const Line& line) {
  if (line.words.empty()) return false;
  if (line.words.size() == 1 && line.words[0] == "now") return true;
  return wrong_words(editing, name, fmt::format("'{}' is not 'now'", line.text));
}

Result<Outcome> exit(Editing& editing, const Line& line) {
  const bool now = TRY(wants_now(editing, "exit", line));
  if (now || editing.level.empty()) return leave(editing, now);
  editing.level.pop_back();
  return Outcome{};
}

Result<Outcome> quit(Editing& editing, const Line& line) {
  const bool now = TRY(wants_now(editing, "quit", line));
  return leave(editing, now);
}

}  // namespace

std::vector<ModeCommand> level_commands() {
  return {
      {.name = "edit", .syntax = "edit PATH", .typed = Typed::place, .run = edit},
      {.name = "up", .syntax = "up [N]", .typed = Typed::words, .words = {"1", "2"}, .run = up},
      {.name = "top", .syntax = "top [COMMAND]", .typed = Typed::command, .shows = true, .run = top},
      {.name = "exit", .syntax = "exit [now]", .typed = Typed::words, .words = {"now"}, .run = exit},
      {.name = "quit", .syntax = "quit [now]", .typed = Typed::words, .words = {"now"}, .run = quit},
  };
}

}  // namespace lunet::shell::modes
