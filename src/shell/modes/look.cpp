// SPDX-License-Identifier: Apache-2.0
// What shows the candidate: show, missing, info, diff, compare; and commands of elsewhere: live, run.
#include <fmt/core.h>

#include <ctime>

#include "base/text.h"
#include "config/classify.h"
#include "config/kinds.h"
#include "shell/modes/changes_text.h"
#include "shell/modes/groups.h"
#include "shell/modes/output.h"
#include "shell/modes/statement.h"
#include "shell/shell.h"

namespace lunet::shell::modes {
namespace {

std::string time_text(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  char text[32] = "";
  if (::localtime_r(&seconds, &parts) != nullptr)
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

std::string what_of(const config::Operation& operation) {
  return operation.source.empty() ? one_line(without_secrets(operation.text)) : operation.source;
}

Result<Outcome> show(Editing& editing, const Line& line) {
  const bool all = !line.words.empty() && line.words[0] == "all";
  std::string_view pattern = line.text;
  if (all) pattern = trim(pattern.substr(3));
  config::DumpOptions options;
  options.with_defaults = all;
  if (!pattern.empty()) options.pattern = literal_pattern(editing.tree(), editing.level, pattern);
  Outcome outcome;
  outcome.text = relative_text(TRY(editing.candidate->dump(options, editing.level)), editing.level);
  if (outcome.text->empty() && !pattern.empty())
    return Error{ENOENT, fmt::format("show: nothing matches '{}'", pattern),
                 "identifiers and values are regular expressions that match the whole word"};
  return outcome;
}

Result<Outcome> missing(Editing& editing, const Line& line) {
  Outcome outcome;
  const std::string pattern =
      line.text.empty() ? "" : literal_pattern(editing.tree(), editing.level, line.text);
  std::vector<config::Path> within = {editing.level};
  if (!pattern.empty()) {
    within.clear();
    for (const config::Item& item : TRY(editing.candidate->find(pattern, editing.level)))
      within.push_back(item.node.path);
    if (within.empty()) return Error{ENOENT, fmt::format("missing: nothing matches '{}'", line.text), {}};
  }
  for (const config::Path& path : within) {
    for (const config::Node& node : editing.candidate->missing(path))
      outcome.lines.push_back(relative_name(node, editing.level));
  }
  if (outcome.lines.empty()) {
    outcome.lines = {"No required value is missing."};
  } else {
    outcome.status = ExitStatus::different;
  }
  return outcome;
}

Outcome history_of(const Editing& editing) {
  Outcome outcome;
  const auto history = editing.candidate->history();
  outcome.lines.push_back(fmt::format("{:<6}{:<9}{:<21}{}", "#", "change", "when", "what"));
  for (std::size_t i = history.size(); i-- > 1;) {
    outcome.lines.push_back(fmt::format("{:<6}{:<9}{:<21}{}", i, config::operation_name(history[i].kind),
                                        time_text(history[i].when), what_of(history[i])));
  }
  outcome.lines.push_back(fmt::format("{:<6}{:<9}{:<21}generation {}", 0, "began", time_text(history[0].when),
                                      editing.base.generation));
  return outcome;
}

void add_provenance(const Editing& editing, const config::Item& item, std::vector<std::string>& lines) {
  lines.push_back(relative_name(item.node, editing.level));
  if (item.attribute != nullptr) {
    lines.push_back(fmt::format("  required: {}", item.is_required() ? "yes" : "no"));
    if (!item.is_set && item.is_default) lines.push_back(fmt::format("  not set: default '{}'", item.value));
    if (!item.attribute->description.empty()) lines.push_back("  about: " + item.attribute->description);
  }
  const config::Origin origin = editing.candidate->origin(item.node);
  if (origin.operation == nullptr) return;
  const config::Operation& last = *origin.operation;
  if (last.kind == config::Operation::Kind::initial) {
    lines.push_back(fmt::format("  last change: before this candidate, in generation {} or earlier",
                                editing.base.generation));
    return;
  }
  std::string where = what_of(last);
  if (origin.position && !last.source.empty())
    where += fmt::format(":{}:{}", origin.position->line, origin.position->column);
  lines.push_back(fmt::format("  last change: {}, {}, {}", config::operation_name(last.kind),
                              time_text(last.when), where));
}

Result<Outcome> info(Editing& editing, const Line& line) {
  if (line.text.empty() && editing.level.empty()) return history_of(editing);
  std::string pattern = literal_pattern(editing.tree(), editing.level, line.text);
  Outcome outcome;
  if (line.text.empty()) {
    config::Item level;
    level.node.path = editing.level;
    add_provenance(editing, level, outcome.lines);
    pattern = ".* .*";
  }
  const auto items = TRY(editing.candidate->find(pattern, editing.level, config::filters::everything()));
  if (items.empty() && outcome.lines.empty())
    return Error{ENOENT, fmt::format("info: nothing matches '{}'", line.text), {}};
  for (const config::Item& item : items) {
    const bool shown =
        line.text.empty() ? item.is_set : item.is_set || item.is_required() || items.size() == 1;
    if (shown) add_provenance(editing, item, outcome.lines);
  }
  return outcome;
}

/// What is compared with: the newest generation as it was read, what runs, or an earlier generation.
Result<config::Tree> other_tree(Editing& editing, std::string_view name,
                                const std::vector<std::string>& words) {
  if (words.empty()) return editing.base.tree;
  if (words.size() == 1 && words[0] == "live") {
    service::Configurations* configurations = TRY(editing.session.runtime.configurations());
    return configurations->running();
  }
  const bool back = words.size() == 2 && words[0] == "rollback";
  const auto number = words.size() == 1 || back ? parse_unsigned(words.back()) : std::nullopt;
  if (!number || *number > editing.base.generation)
    return wrong_words(editing, name, "with what? 'live', or how many generations back");
  service::Configurations* recorded = TRY(editing.session.runtime.recorded());
  return recorded->tree_of({.generation = editing.base.generation - *number});
}

Result<Outcome> diff(Editing& editing, const Line& line) {
  const config::Tree other = without_empty(TRY(other_tree(editing, "diff", line.words)));
  const config::Tree mine = without_empty(editing.tree());
  Outcome outcome;
  outcome.lines = class_lines({other, mine, editing.schema}, editing.runtime);
  if (outcome.lines.empty()) {
    outcome.lines = {"Nothing differs."};
  } else {
    outcome.status = ExitStatus::different;
  }
  return outcome;
}

Result<Outcome> patch(Editing& editing, std::string_view name, const std::vector<std::string>& words) {
  const config::Tree other = without_empty(TRY(other_tree(editing, name, words)));
  const config::Tree mine = without_empty(editing.tree());
  Outcome outcome;
  outcome.lines = patch_lines({other, mine, editing.schema, editing.level});
  if (!outcome.lines.empty()) outcome.status = ExitStatus::different;
  return outcome;
}

Result<Outcome> compare(Editing& editing, const Line& line) {
  return patch(editing, "compare", line.words);
}

Result<Outcome> live(Editing& editing, const Line& line) {
  if (line.words.empty()) return wrong_words(editing, "live", "which command?");
  Editing other{.kind = Kind::live, .session = editing.session, .schema = editing.schema};
  TRY_OK(begin(other));
  auto outcome = run_command(other, line.text);
  editing.misused = other.misused;
  return outcome;
}

Result<Outcome> run_elsewhere(Editing& editing, const Line& line) {
  if (line.words.empty()) return wrong_words(editing, "run", "which command?");
  Outcome outcome;
  outcome.status = shell::run_line(line.text, editing.session);
  outcome.reported = true;
  editing.session.leave = false;
  return outcome;
}

}  // namespace

Result<Outcome> compared(Editing& editing, const Line& /*line*/, std::string_view pipe) {
  if (editing.kind == Kind::live) return misuse(editing, "compare is of the configure mode", {});
  std::vector<std::string> words = TRY(words_of(pipe));
  words.erase(words.begin());
  return patch(editing, "compare", words);
}

std::vector<ModeCommand> look_commands() {
  return {
      {.name = "show",
       .syntax = "show [all] [PATTERN]",
       .typed = Typed::pattern,
       .words = {"all"},
       .shows = true,
       .run = show},
      {.name = "missing",
       .syntax = "missing [PATTERN]",
       .typed = Typed::pattern,
       .shows = true,
       .run = missing},
      {.name = "info", .syntax = "info [PATTERN]", .typed = Typed::pattern, .shows = true, .run = info},
      {.name = "diff",
       .syntax = "diff [live | N]",
       .typed = Typed::words,
       .words = {"live"},
       .shows = true,
       .run = diff},
      {.name = "compare",
       .syntax = "compare [live | N]",
       .typed = Typed::words,
       .words = {"live"},
       .shows = true,
       .run = compare},
      {.name = "live",
       .syntax = "live COMMAND",
       .typed = Typed::words,
       .words = {"show"},
       .shows = true,
       .run = live},
      {.name = "run", .syntax = "run COMMAND", .typed = Typed::words, .run = run_elsewhere},
  };
}

}  // namespace lunet::shell::modes
