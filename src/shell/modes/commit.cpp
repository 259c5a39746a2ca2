// SPDX-License-Identifier: Apache-2.0
// From the candidate to what runs and what is recorded: commit, confirm.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "shell/commands/files.h"
#include "shell/consent.h"
#include "shell/modes/changes_text.h"
#include "shell/modes/groups.h"
#include "shell/modes/question.h"

namespace lunet::shell::modes {
namespace {

struct Wishes {
  bool check = false;
  bool interactive = false;
  bool and_quit = false;
  bool disrupt = false;
  std::optional<std::int64_t> confirm_within_s = {};
  std::string comment = {};
};

constexpr std::int64_t minute_s = 60;

/// JunOS's ten minutes without a number.
Result<std::int64_t> deadline_of(Editing& editing, const std::vector<std::string>& words, std::size_t& at) {
  constexpr std::int64_t usual = 10 * minute_s;
  if (at + 1 >= words.size()) return usual;
  std::string text = words[at + 1];
  if (text.empty() || text.front() < '0' || text.front() > '9') return usual;
  ++at;
  std::int64_t unit_s = minute_s;
  if (text.ends_with('s') || text.ends_with('m')) {
    unit_s = text.ends_with('s') ? 1 : minute_s;
    text.pop_back();
  }
  constexpr std::uint64_t most = 7 * 24 * 60 * 60;
  const auto number = parse_unsigned(text);
  if (!number || *number == 0 || *number > most)
    return misuse(editing, fmt::format("commit: '{}' is no time to wait for", words[at]),
                  "write minutes, such as 5, or seconds, such as 90s");
  return static_cast<std::int64_t>(*number) * unit_s;
}

Result<Wishes> wishes_of(Editing& editing, const Line& line) {
  Wishes wishes;
  for (std::size_t at = 0; at < line.words.size(); ++at) {
    const std::string& word = line.words[at];
    if (word == "check") {
      wishes.check = true;
    } else if (word == "interactive") {
      wishes.interactive = true;
    } else if (word == "and-quit") {
      wishes.and_quit = true;
    } else if (word == "disrupt") {
      wishes.disrupt = true;
    } else if (word == "confirmed") {
      wishes.confirm_within_s = TRY(deadline_of(editing, line.words, at));
    } else if ((word == "comment" || word == "-m") && at + 1 < line.words.size()) {
      wishes.comment = line.words[++at];
    } else {
      return wrong_words(editing, "commit", fmt::format("what is '{}'?", word));
    }
  }
  if (wishes.interactive && !editing.terminal)
    return misuse(editing, "commit interactive: there is nobody to ask",
                  "'commit' asks nothing but for consent");
  return wishes;
}

/// Nothing of what must be there is missing.
Result<> check_complete(const Editing& editing) {
  std::string names;
  const auto missing = editing.candidate->missing();
  for (const config::Node& node : missing) names += (names.empty() ? "" : "; ") + config::node_text(node);
  if (missing.empty()) return {};
  return Error{EINVAL, fmt::format("commit: required values are missing: {}", names),
               "'set' them, or 'delete' the objects"};
}

service::Source source_of(const Editing& editing, bool disrupt) {
  service::Source source;
  source.edited = std::make_shared<const service::Edited>(
      service::Edited{editing.base.tree, editing.base.generation, editing.tree()});
  source.disrupt = disrupt;
  return source;
}

/// What only FILE and restore may leave to come later (ruling 15).
Result<> refuse_pending(const Editing& editing, const service::PlanReport& plan) {
  for (const store::Leftover& each : plan.pending) {
    const config::Object* before = editing.base.tree.find(each.object);
    const config::Object* now = editing.tree().find(each.object);
    if (before != nullptr && now != nullptr && *before == *now) continue;
    return Error{
        ENOENT, fmt::format("commit: {}: {}", config::path_text(each.object), each.reason),
        "make it first; '/backstores/fileio create' makes a file with its disk ('run' runs it here)"};
  }
  return {};
}

/// All mistakes that can be seen without doing anything, and what would be done.
Result<service::PlanReport> checked_plan(Editing& editing, const service::Source& source) {
  TRY_OK(check_complete(editing));
  service::Configurations* configurations = TRY(editing.session.runtime.configurations());
  const std::string text = TRY(editing.candidate->dump({.show_secrets = true}));
  TRY_OK(configurations->validate({text, "the candidate"}));
  service::PlanReport plan = TRY(configurations->plan(source));
  TRY_OK(refuse_pending(editing, plan));
  return plan;
}

Result<> ask_for_each(Editing& editing, const service::PlanReport& plan) {
  for (const std::string& line : change_lines(plan.records)) {
    const auto said = editing.session.console.confirm_key(line, true);
    if (said != true)
      return Error{ECANCELED, "commit: nothing was done, as you said", "'commit interactive' asks again"};
  }
  return {};
}

/// A change that waits to be confirmed is confirmed by another commit, as JunOS users know it.
Result<Outcome> commit_nothing(Editing& editing) {
  service::Configurations* recorded = TRY(editing.session.runtime.recorded());
  Outcome outcome;
  outcome.changed = false;
  if (!TRY(recorded->confirmation())) {
    outcome.lines = {"Nothing to commit."};
    return outcome;
  }
  service::Configurations* configurations = TRY(editing.session.runtime.configurations());
  return outcome_of(TRY(configurations->confirm()));
}

/// The candidate goes on from what is recorded now.
void go_on(Editing& editing, Outcome& outcome) {
  if (auto begun = begin(editing); !begun)
    outcome.warnings.push_back(
        fmt::format("what is recorded could not be read again: {}", begun.error().message));
}

Result<Outcome> do_commit(Editing& editing, const Wishes& wishes, const service::Source& source,
                          const service::PlanReport& plan) {
  service::ApplyOptions options;
  options.confirm_within_s = wishes.confirm_within_s;
  options.why = wishes.comment;
  if (!editing.session.yes) {
    TRY_OK(require_consent(editing.session, "commit", plan.concerns));
    options.agreed = plan.concerns;
  }
  service::Configurations* configurations = TRY(editing.session.runtime.configurations());
  service::Report report = TRY(configurations->apply(source, options));
  const bool waits = report.confirm_until_s.has_value();
  Outcome outcome = outcome_of(std::move(report));
  if (waits) {
    if (auto started = editing.session.runtime.start_waiter(); !started)
      outcome.warnings.push_back(
          fmt::format("nobody waits for the confirmation ({}): the first lunet after that "
                      "time takes the change back",
                      started.error().message));
  }
  go_on(editing, outcome);
  return outcome;
}

Result<Outcome> commit(Editing& editing, const Line& line) {
  const Wishes wishes = TRY(wishes_of(editing, line));
  const service::Source source = source_of(editing, wishes.disrupt);
  Outcome outcome;
  if (wishes.check) {
    service::PlanReport plan = TRY(checked_plan(editing, source));
    outcome.lines = plan_lines(plan);
    outcome.lines.emplace_back("The candidate can be committed.");
    outcome.warnings = plan.notes;
    outcome.plan = std::move(plan);
    return outcome;
  }
  if (editing.is_changed()) {
    const service::PlanReport plan = TRY(checked_plan(editing, source));
    if (wishes.interactive) TRY_OK(ask_for_each(editing, plan));
    outcome = TRY(do_commit(editing, wishes, source, plan));
  } else {
    outcome = TRY(commit_nothing(editing));
  }
  if (wishes.and_quit) editing.leave = true;
  return outcome;
}

Result<Outcome> confirm(Editing& editing, const Line& /*line*/) {
  service::Configurations* configurations = TRY(editing.session.runtime.configurations());
  return outcome_of(TRY(configurations->confirm()));
}

}  // namespace

std::vector<ModeCommand> commit_commands() {
  return {
      {.name = "commit",
       .syntax = "commit [check | interactive] [confirmed [MINUTES]] [comment TEXT] [disrupt] [and-quit]",
       .typed = Typed::words,
       .words = {"check", "interactive", "confirmed", "comment", "disrupt", "and-quit"},
       .run = commit},
      {.name = "confirm", .syntax = "confirm", .run = confirm},
  };
}

}  // namespace lunet::shell::modes
