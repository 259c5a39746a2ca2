// SPDX-License-Identifier: Apache-2.0
// Whole configurations in and out of the candidate: load, merge, rollback, reload, clear, dump.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/fd.h"
#include "base/text.h"
#include "shell/commands/files.h"
#include "shell/consent.h"
#include "shell/modes/changes_text.h"
#include "shell/modes/groups.h"
#include "shell/modes/question.h"

namespace lunet::shell::modes {
namespace {

Outcome counted(const Editing& editing, const config::Tree& before, std::string_view what) {
  Outcome outcome;
  const auto nodes = config::changed_nodes(before, editing.tree());
  outcome.changed = !nodes.empty();
  outcome.notes = true;
  outcome.lines = {nodes.empty()
                       ? fmt::format("{}: nothing is different.", what)
                       : fmt::format("{}: {} {}; 'show | compare' shows what 'commit' would do.", what,
                                     nodes.size(), nodes.size() == 1 ? "difference" : "differences")};
  return outcome;
}

/// What is not committed would be gone, until 'undo'.
Result<> ask_to_replace(Editing& editing, std::string_view verb) {
  if (!editing.is_changed()) return {};
  return ask_at_terminal(editing, fmt::format("{}: the changes that are not committed go. Go on?", verb));
}

bool is_saveconfig(std::string_view text) {
  return trim(text).starts_with('{');
}

Result<> take_text(Editing& editing, const std::string& text, const std::string& name, bool merge) {
  if (!is_saveconfig(text)) {
    TRY_OK(merge ? editing.candidate->merge(text, name) : editing.candidate->load(text, name));
    return {};
  }
  service::Configurations* recorded = TRY(editing.session.runtime.recorded());
  service::Source source;
  source.text = {text, name};
  config::Tree tree = TRY(recorded->tree_of(source));
  if (merge) {
    TRY_OK(editing.candidate->merge(config::print(tree), name));
  } else {
    editing.candidate->replace(std::move(tree), name);
  }
  return {};
}

Result<> take_running(Editing& editing, bool merge) {
  service::Configurations* configurations = TRY(editing.session.runtime.configurations());
  config::Tree running = TRY(configurations->running());
  if (merge) {
    TRY_OK(editing.candidate->merge(config::print(running), "what runs"));
  } else {
    editing.candidate->replace(std::move(running), "what runs");
  }
  return {};
}

Result<Outcome> take(Editing& editing, const Line& line, std::string_view verb, bool merge) {
  if (line.words.size() != 1) return wrong_words(editing, verb, "name one file, or 'live'");
  const std::string& what = line.words[0];
  if (!merge) TRY_OK(ask_to_replace(editing, verb));
  const config::Tree before = editing.tree();
  if (what == "live") {
    TRY_OK(take_running(editing, merge));
  } else {
    const std::string text = TRY(text_of_file(what));
    TRY_OK(take_text(editing, text, what == "-" ? "standard input" : what, merge));
  }
  keep_level(editing);
  return counted(editing, before, merge ? "Merged" : "Loaded");
}

Result<Outcome> load(Editing& editing, const Line& line) {
  return take(editing, line, "load", false);
}

Result<Outcome> merge(Editing& editing, const Line& line) {
  return take(editing, line, "merge", true);
}

Result<Outcome> clear(Editing& editing, const Line& /*line*/) {
  const config::Tree before = editing.tree();
  editing.candidate->clear();
  keep_level(editing);
  return counted(editing, before, "Cleared");
}

/// "rollback 2", "rollback generation 17": which generation is meant.
Result<std::uint64_t> wanted_generation(Editing& editing, const Line& line) {
  const bool absolute = line.words.size() == 2 && line.words[0] == "generation";
  if (!absolute && line.words.size() > 1) return wrong_words(editing, "rollback", "one number");
  const auto number =
      line.words.empty() ? std::optional<std::uint64_t>(1) : parse_unsigned(line.words.back());
  if (!number) return wrong_words(editing, "rollback", fmt::format("'{}' is no number", line.words.back()));
  if (absolute) return *number;
  if (*number > editing.base.generation)
    return Error{ENOENT,
                 fmt::format("rollback {}: there are {} generations before this one", *number,
                             editing.base.generation),
                 "'rollback generation N' names one as `lunet history` does"};
  return editing.base.generation - *number;
}

Result<Outcome> rollback(Editing& editing, const Line& line) {
  TRY_OK(ask_to_replace(editing, "rollback"));
  // From what is recorded now: what somebody else committed since counts too.
  const auto newest = TRY(editing.session.runtime.history(1));
  if (!newest.empty() && newest.back().number != editing.base.generation) TRY_OK(begin(editing));
  const std::uint64_t number = TRY(wanted_generation(editing, line));
  service::Configurations* recorded = TRY(editing.session.runtime.recorded());
  config::Tree tree = TRY(recorded->tree_of({.generation = number}));
  const config::Tree before = editing.tree();
  editing.candidate->replace(std::move(tree), fmt::format("generation {}", number));
  keep_level(editing);
  return counted(editing, before, fmt::format("Generation {}", number));
}

Result<Outcome> reload(Editing& editing, const Line& /*line*/) {
  TRY_OK(ask_to_replace(editing, "reload"));
  service::Service* service = TRY(editing.session.runtime.service());
  const service::Comparison comparison = TRY(service->compare(service::Scope{}));
  std::vector<std::string> overwritten;
  for (const service::Difference& each : comparison.differences) {
    if (each.kind == service::SyncKind::drift && !comparison.nothing_runs) overwritten.push_back(each.text);
  }
  TRY_OK(require_consent(editing.session, "reload", overwritten));
  service::Scope scope;
  scope.agreed = std::move(overwritten);
  Outcome outcome = outcome_of(TRY(service->restore(scope)));
  TRY_OK(begin(editing));
  outcome.lines.push_back(fmt::format("The candidate is generation {}.", editing.base.generation));
  return outcome;
}

/// Whole or not at all.
Result<> write_file(const std::string& path, const std::string& text) {
  const std::string draft = path + ".new";
  const Fd file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return system_error(errno, "writing " + path);
  const bool written = ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (written && ::fsync(file.get()) == 0 && ::rename(draft.c_str(), path.c_str()) == 0) return {};
  const int reason = errno == 0 ? EIO : errno;
  ::unlink(draft.c_str());
  return system_error(reason, "writing " + path);
}

Result<Outcome> dump(Editing& editing, const Line& line) {
  if (line.words.empty()) return wrong_words(editing, "dump", "into which file?");
  const std::string path = home_expanded(line.words[0]);
  if (!path.starts_with('/'))
    return wrong_words(editing, "dump", fmt::format("'{}' is no absolute path", line.words[0]));
  config::DumpOptions options;
  const bool all = line.words.size() == 2 && line.words[1] == "all";
  if (line.words.size() > 1 && !all) {
    const std::size_t behind = line.text.find_first_of(" \t");
    options.pattern =
        literal_pattern(editing.tree(), editing.level, trim(std::string_view(line.text).substr(behind)));
  }
  const std::string text = TRY(editing.candidate->dump(options, all ? config::Path{} : editing.level));
  if (text.empty())
    return Error{ENOENT, fmt::format("dump: nothing matches '{}'", options.pattern), "nothing was written"};
  TRY_OK(write_file(path, text));
  Outcome outcome;
  outcome.notes = true;
  outcome.lines = {fmt::format("Wrote {}; secrets are ~keep~ in it.", path)};
  return outcome;
}

}  // namespace

std::vector<ModeCommand> source_commands() {
  return {
      {.name = "load", .syntax = "load live|FILE", .typed = Typed::file, .words = {"live"}, .run = load},
      {.name = "merge", .syntax = "merge live|FILE", .typed = Typed::file, .words = {"live"}, .run = merge},
      {.name = "rollback",
       .syntax = "rollback [N | generation N]",
       .typed = Typed::words,
       .words = {"1", "generation"},
       .run = rollback},
      {.name = "reload", .syntax = "reload", .run = reload},
      {.name = "clear", .syntax = "clear", .run = clear},
      {.name = "dump", .syntax = "dump FILE [PATTERN | all]", .typed = Typed::file, .run = dump},
  };
}

}  // namespace lunet::shell::modes
