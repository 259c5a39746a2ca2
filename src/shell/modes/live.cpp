// SPDX-License-Identifier: Apache-2.0
// The live mode: what runs, as text.
#include <fmt/core.h>

#include "base/text.h"
#include "config/dump.h"
#include "shell/consent.h"
#include "shell/modes/changes_text.h"
#include "shell/modes/groups.h"
#include "shell/modes/question.h"
#include "shell/modes/run.h"

namespace lunet::shell::modes {
namespace {

/// A value that a fresh object has is not shown, for what runs has one for everything.
Result<Outcome> show_live(Editing& editing, const Line& line) {
  const bool all = !line.words.empty() && line.words[0] == "all";
  std::string_view pattern = line.text;
  if (all) pattern = trim(pattern.substr(3));
  config::DumpOptions options;
  options.with_defaults = all;
  if (!all) options.filter = config::filters::no_default();
  if (!pattern.empty()) options.pattern = literal_pattern(editing.running, {}, pattern);
  Outcome outcome;
  outcome.text = TRY(config::dump(editing.running, {editing.schema, editing.runtime, {}}, options));
  if (outcome.text->empty() && !pattern.empty())
    return Error{ENOENT, fmt::format("show: nothing that runs matches '{}'", pattern),
                 "identifiers and values are regular expressions that match the whole word"};
  return outcome;
}

Result<Outcome> resync(Editing& editing, const Line& /*line*/) {
  TRY_OK(begin(editing));
  Outcome outcome;
  outcome.notes = true;
  outcome.lines = {"Read again what runs."};
  return outcome;
}

Result<Outcome> configure(Editing& editing, const Line& line) {
  Outcome outcome = TRY(enter(Kind::configure, line.words, editing.session));
  TRY_OK(begin(editing));
  return outcome;
}

/// Makes what runs what is recorded.
Result<Outcome> initialize_system(Editing& editing, const Line& /*line*/) {
  service::Service* service = TRY(editing.session.runtime.service());
  const service::Comparison comparison = TRY(service->compare(service::Scope{}));
  std::vector<std::string> overwritten;
  for (const service::Difference& each : comparison.differences) {
    if (each.kind == service::SyncKind::drift && !comparison.nothing_runs) overwritten.push_back(each.text);
  }
  TRY_OK(require_consent(editing.session, "initialize_system", overwritten));
  service::Scope scope;
  scope.agreed = std::move(overwritten);
  Outcome outcome = outcome_of(TRY(service->restore(scope)));
  TRY_OK(begin(editing));
  return outcome;
}

Result<Outcome> leave(Editing& editing, const Line& /*line*/) {
  editing.leave = true;
  return Outcome{};
}

}  // namespace

std::vector<ModeCommand> live_commands() {
  return {
      {.name = "show",
       .syntax = "show [all] [PATTERN]",
       .typed = Typed::pattern,
       .words = {"all"},
       .shows = true,
       .run = show_live},
      {.name = "resync", .syntax = "resync", .run = resync},
      {.name = "configure", .syntax = "configure [COMMAND]", .typed = Typed::words, .run = configure},
      {.name = "initialize_system", .syntax = "initialize_system", .run = initialize_system},
      {.name = "exit", .syntax = "exit", .run = leave},
  };
}

}  // namespace lunet::shell::modes
