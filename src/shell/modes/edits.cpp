// SPDX-License-Identifier: Apache-2.0
// What changes the candidate in place: set, delete, undo.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "shell/modes/changes_text.h"
#include "shell/modes/groups.h"
#include "shell/modes/question.h"
#include "shell/modes/statement.h"

namespace lunet::shell::modes {
namespace {

/// What was done, relative to the level it was done at.
Outcome told(const Editing& editing, const config::Tree& before, const std::vector<config::Node>& nodes) {
  Outcome outcome;
  outcome.changed = !nodes.empty();
  outcome.notes = true;
  outcome.lines = node_lines({before, editing.tree(), editing.schema, editing.level}, nodes);
  if (nodes.empty()) outcome.lines = {"Nothing changed: it is so already."};
  return outcome;
}

/// `password -`: the secret is typed without echo, or is the next line of standard input.
Result<std::string> with_typed_secrets(Editing& editing, const Line& line) {
  if (line.words.size() < 2 || line.words.back() != "-" || !line.text.ends_with('-')) return line.text;
  const std::string& name = line.words[line.words.size() - 2];
  if (without_secrets(fmt::format("{} x", name)).ends_with('x')) return line.text;
  const std::string secret = TRY(editing.session.console.read_secret(fmt::format("{}: ", name)));
  std::vector<std::string> words = line.words;
  words.back() = secret;
  return line_of(words);
}

/// `set { ... }`: several statements at the level.
std::string without_braces(std::string text) {
  const std::string_view inner = trim(text);
  if (!inner.starts_with('{') || !inner.ends_with('}')) return text;
  const std::string_view between = inner.substr(1, inner.size() - 2);
  return goes_on("{" + std::string(between)) ? std::string(between) : text;
}

Result<Outcome> set(Editing& editing, const Line& line) {
  if (line.words.empty()) return wrong_words(editing, "set", "what?");
  const config::Tree before = editing.tree();
  const std::string text = without_braces(TRY(with_typed_secrets(editing, line)));
  const auto nodes = TRY(editing.candidate->set(text, editing.level));
  return told(editing, before, nodes);
}

std::size_t count_objects(const config::Object& object) {
  std::size_t count = 1;
  for (const auto& [key, child] : object.children) count += count_objects(child);
  return count;
}

/// Objects and values that go, with what is in them.
std::size_t count_going(const Editing& editing, const std::vector<config::Item>& items) {
  std::size_t count = 0;
  for (const config::Item& item : items) {
    const config::Object* object = editing.tree().find(item.node.path);
    const bool whole = item.kind == config::Item::Kind::object && object != nullptr;
    count += whole ? count_objects(*object) : 1;
  }
  return count;
}

Result<Outcome> remove(Editing& editing, const std::string& pattern, const config::Path& level) {
  const auto items = TRY(editing.candidate->find(pattern, level));
  if (const std::size_t count = count_going(editing, items); count > 1)
    TRY_OK(ask_at_terminal(editing, fmt::format("Delete {} things, with what is in them?", count)));
  const config::Tree before = editing.tree();
  const auto nodes = TRY(editing.candidate->remove(pattern, level));
  keep_level(editing);
  return told(editing, before, nodes);
}

/// Without a pattern: the object that is edited.
Result<Outcome> remove_level(Editing& editing) {
  if (editing.level.empty()) return wrong_words(editing, "delete", "all of it? 'clear' does that");
  config::Path parent = editing.level;
  const config::ObjectKey key = parent.back();
  parent.pop_back();
  const std::string words[] = {std::string(config::class_name(key.object_class)), key.id};
  return remove(editing, literal_pattern(editing.tree(), parent, line_of(words)), parent);
}

Result<Outcome> remove_command(Editing& editing, const Line& line) {
  if (line.words.empty()) return remove_level(editing);
  return remove(editing, literal_pattern(editing.tree(), editing.level, line.text), editing.level);
}

std::string described(const config::Operation& operation) {
  std::string text(config::operation_name(operation.kind));
  const std::string& what = operation.source.empty() ? operation.text : operation.source;
  if (!what.empty()) text += " " + without_secrets(what);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

Result<Outcome> undo(Editing& editing, const Line& line) {
  const auto count = line.words.empty() ? std::optional<std::uint64_t>(1) : parse_unsigned(line.words[0]);
  if (!count || *count == 0 || line.words.size() > 1)
    return wrong_words(editing, "undo", "it takes a number of operations");
  const std::vector<config::Operation> history = editing.candidate->history();
  if (auto undone = editing.candidate->undo(*count); !undone)
    return std::move(undone).error().advise("'rollback 1' goes back behind the last commit");
  keep_level(editing);
  Outcome outcome;
  outcome.changed = true;
  outcome.notes = true;
  for (std::size_t i = 0; i < *count; ++i)
    outcome.lines.push_back(fmt::format("Undone: {}", described(history[history.size() - 1 - i])));
  return outcome;
}

}  // namespace

std::vector<ModeCommand> edit_commands() {
  return {
      {.name = "set", .syntax = "set [PATH] ATTRIBUTE VALUE", .typed = Typed::statement, .run = set},
      {.name = "delete", .syntax = "delete [PATTERN]", .typed = Typed::pattern, .run = remove_command},
      {.name = "undo", .syntax = "undo [N]", .typed = Typed::words, .words = {"1"}, .run = undo},
  };
}

}  // namespace lunet::shell::modes
