// SPDX-License-Identifier: Apache-2.0
// Whole configurations: what a file or an earlier generation would change, doing it, and going back.
#include "service/configurations.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/commands/files.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::PlannedStep;
using service::PlanReport;
using service::Source;

static char mark_of(PlannedStep::Kind kind) {
  switch (kind) {
    case PlannedStep::Kind::created: return '+';
    case PlannedStep::Kind::removed: return '-';
    case PlannedStep::Kind::changed: break;
  }
  return '~';
}

std::vector<std::string> change_lines(const std::vector<service::RecordChange>& changes) {
  std::vector<std::string> lines;
  for (const service::RecordChange& each : changes) {
    lines.push_back(fmt::format("{} {}{}{}{}", mark_of(each.kind), config::path_text(each.object),
                                each.values.empty() ? "" : ": ", joined(each.values),
                                each.made_again ? " (made again)" : ""));
  }
  return lines;
}

static std::string step_line(const PlannedStep& step) {
  std::string line = fmt::format("{} {} {}", step.loses.empty() ? ' ' : '!', mark_of(step.kind), step.object);
  std::vector<std::string> words = step.writes;
  if (!step.loses.empty()) words.push_back(step.loses);
  if (!words.empty()) line += ": " + joined(words);
  return line;
}

std::vector<std::string> plan_lines(const PlanReport& plan) {
  const auto count = [&](PlannedStep::Kind kind) {
    return std::count_if(plan.steps.begin(), plan.steps.end(),
                         [&](const PlannedStep& step) { return step.kind == kind; });
  };
  std::vector<std::string> lines = {
      fmt::format("Plan of {} on generation {}: {} to create, {} to change, {} to remove", plan.name,
                  plan.base, count(PlannedStep::Kind::created), count(PlannedStep::Kind::changed),
                  count(PlannedStep::Kind::removed))};
  for (const PlannedStep& step : plan.steps) lines.push_back(step_line(step));
  if (plan.steps.empty() && !plan.records.empty()) {
    lines.emplace_back("What runs stays as it is; recorded is:");
    for (std::string& line : change_lines(plan.records)) lines.push_back("  " + std::move(line));
  }
  for (const std::string& concern : plan.concerns) {
    const bool is_step = std::any_of(plan.steps.begin(), plan.steps.end(),
                                     [&](const PlannedStep& step) { return step.loses == concern; });
    if (!is_step) lines.push_back("! overwrites drift: " + concern);
  }
  for (const store::Leftover& each : plan.pending)
    lines.push_back(fmt::format("pending: {}: {}", config::path_text(each.object), each.reason));
  return lines;
}

static Outcome plan_outcome(PlanReport plan) {
  Outcome outcome;
  outcome.lines = plan_lines(plan);
  outcome.warnings = plan.notes;
  if (!plan.pending.empty()) outcome.status = ExitStatus::incomplete;
  if (plan.differs()) outcome.status = ExitStatus::different;
  outcome.plan = std::move(plan);
  return outcome;
}

// What FILE says; the newest generation without it.
static Result<Source> source_of(const Invocation& call) {
  Source source;
  const std::string file = call.arguments.text("file");
  if (!file.empty()) source.text = {TRY(text_of_file(file)), file == "-" ? "standard input" : file};
  source.merge = call.arguments.flag("merge");
  source.disrupt = call.arguments.flag("disrupt");
  if (source.merge && file.empty())
    return Error{EINVAL, "there is nothing to merge: no file is named", "apply FILE --merge"};
  return source;
}

static Result<Outcome> plan(const Invocation& call) {
  const Source source = TRY(source_of(call));
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  PlanReport planned = TRY(configurations->plan(source));
  return plan_outcome(std::move(planned));
}

// Minutes, or seconds with an s.
static Result<std::optional<std::int64_t>> deadline_of(const Invocation& call) {
  std::string text = call.arguments.text("confirmed");
  if (text.empty()) return std::optional<std::int64_t>();
  std::int64_t unit_s = 60;
  if (text.ends_with('s') || text.ends_with('m')) {
    unit_s = text.ends_with('s') ? 1 : 60;
    text.pop_back();
  }
  constexpr std::uint64_t most = 7 * 24 * 60 * 60;
  const auto number = parse_unsigned(text);
  if (!number || *number == 0 || *number > most) {
    return Error{EINVAL, fmt::format("'{}' is no time to wait for", call.arguments.text("confirmed")),
                 "write minutes, such as 5, or seconds, such as 90s"};
  }
  return std::optional(static_cast<std::int64_t>(*number) * unit_s);
}

/// Applies, and has the change taken back when it is to be confirmed and is not.
static Result<Outcome> do_apply(const Invocation& call, const Source& source,
                                const service::ApplyOptions& options) {
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  service::Report report = TRY(configurations->apply(source, options));
  const bool waits = report.confirm_until_s.has_value();
  Outcome outcome = outcome_of(std::move(report));
  if (!waits) return outcome;
  if (auto started = call.session.runtime.start_waiter(); !started) {
    outcome.warnings.push_back(
        fmt::format("nobody waits for the confirmation ({}): the first lunet after that "
                    "time takes the change back",
                    started.error().message));
  }
  return outcome;
}

static Result<Outcome> apply(const Invocation& call) {
  const Source source = TRY(source_of(call));
  service::ApplyOptions options;
  options.confirm_within_s = TRY(deadline_of(call));
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  if (call.arguments.flag("dry-run")) return plan(call);
  if (!call.session.yes) {
    const PlanReport planned = TRY(configurations->plan(source));
    TRY_OK(require_consent(call.session, "apply", planned.concerns));
    options.agreed = planned.concerns;
  }
  return do_apply(call, source, options);
}

// What consent is asked for when much goes at once.
static std::vector<std::string> all_that_goes(const PlanReport& plan, std::string first) {
  std::vector<std::string> reasons{std::move(first)};
  reasons.insert(reasons.end(), plan.concerns.begin(), plan.concerns.end());
  for (const service::RecordChange& change : plan.records) {
    if (change.kind == PlannedStep::Kind::removed)
      reasons.push_back(config::path_text(change.object) + " is removed");
  }
  return reasons;
}

static Result<Outcome> replace_all(const Invocation& call, std::string_view action, const Source& source,
                                   service::ApplyOptions options) {
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  if (!call.session.yes) {
    const PlanReport planned = TRY(configurations->plan(source));
    if (planned.differs()) {
      const std::string first = fmt::format("{} replaces generation {}", planned.name, planned.base);
      TRY_OK(require_consent(call.session, action, all_that_goes(planned, first)));
    }
    options.agreed = planned.concerns;
  }
  return do_apply(call, source, options);
}

static Result<Outcome> rollback(const Invocation& call) {
  service::ApplyOptions options;
  options.confirm_within_s = TRY(deadline_of(call));
  Source source;
  if (call.arguments.has("generation")) {
    source.generation = call.arguments.number("generation");
  } else {
    const auto newest = TRY(call.session.runtime.history(1));
    if (newest.empty()) return Error{ENOENT, "there is no earlier generation", "see `lunet history`"};
    source.generation = newest.back().number - 1;
  }
  return replace_all(call, fmt::format("rollback to generation {}", *source.generation), source,
                     std::move(options));
}

static Result<Outcome> undo(const Invocation& call) {
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  const service::UndoGoal goal = TRY(configurations->undo_goal());
  service::ApplyOptions options;
  options.why = goal.why;
  if (!call.session.yes) {
    const PlanReport planned = TRY(configurations->plan(goal.source));
    TRY_OK(require_consent(call.session, fmt::format("undo '{}'", goal.what), planned.concerns));
    options.agreed = planned.concerns;
  }
  Outcome outcome = TRY(do_apply(call, goal.source, options));
  outcome.lines.push_back(
      fmt::format("Undone: '{}' of generation {}.", goal.what, *goal.source.generation + 1));
  return outcome;
}

static Result<Outcome> clear(const Invocation& call) {
  Source source;
  source.text = {"", "the empty configuration"};
  return replace_all(call, "clear", source, {});
}

static Result<Outcome> await_confirmation(const Invocation& call) {
  service::Configurations* recorded = TRY(call.session.runtime.recorded());
  Outcome outcome;
  for (;;) {
    const auto waiting = TRY(recorded->confirmation());
    if (!waiting) {
      outcome.lines = {"Nothing waits to be confirmed."};
      return outcome;
    }
    const std::int64_t left_s = waiting->deadline_s - std::time(nullptr);
    if (left_s <= 0) break;
    ::sleep(static_cast<unsigned>(std::min<std::int64_t>(left_s, 2)));
  }
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  if (auto sentence = TRY(configurations->expire())) outcome.lines = {*std::move(sentence)};
  return outcome;
}

static Result<Outcome> confirm(const Invocation& call) {
  if (call.arguments.flag("wait")) return await_confirmation(call);
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  service::Report report = TRY(configurations->confirm());
  return outcome_of(std::move(report));
}

static Result<Outcome> show(const Invocation& call) {
  service::Configurations* recorded = TRY(call.session.runtime.recorded());
  Source source;
  if (call.arguments.has("generation")) source.generation = call.arguments.number("generation");
  Outcome outcome;
  if (!call.arguments.flag("diff")) {
    outcome.text = TRY(recorded->text_of(source, {.show_secrets = call.arguments.flag("show-secrets")}));
    return outcome;
  }
  if (!source.generation) {
    const auto newest = TRY(call.session.runtime.history(1));
    source.generation = newest.empty() ? 0 : newest.back().number;
  }
  if (*source.generation == 0)
    return Error{EINVAL, "generation 0 is the empty one: nothing was before it", {}};
  outcome.changes = TRY(recorded->differences({.generation = *source.generation - 1}, source));
  outcome.lines = change_lines(*outcome.changes);
  return outcome;
}

static constexpr std::array part_words{
    std::pair{std::string_view("changed"), service::TextPart::changed},
    std::pair{std::string_view("default"), service::TextPart::defaults},
    std::pair{std::string_view("required"), service::TextPart::required},
    std::pair{std::string_view("missing"), service::TextPart::missing},
    std::pair{std::string_view("objects"), service::TextPart::objects},
};

static Result<service::TextPart> part_of(std::string_view word) {
  if (word.empty()) return service::TextPart::everything;
  for (const auto& [name, part] : part_words) {
    if (name == word) return part;
  }
  return Error{EINVAL, fmt::format("'{}' is no part of a configuration", word),
               "use changed, default, required, missing or objects"};
}

static Result<Outcome> dump(const Invocation& call) {
  service::TextOptions options;
  options.pattern = call.arguments.text("pattern");
  options.live = call.arguments.flag("live");
  options.with_defaults = call.arguments.flag("all");
  options.show_secrets = call.arguments.flag("show-secrets");
  options.part = TRY(part_of(call.arguments.text("only")));
  service::Configurations* configurations =
      options.live ? TRY(call.session.runtime.configurations()) : TRY(call.session.runtime.recorded());
  Outcome outcome;
  outcome.text = TRY(configurations->text_of({}, options));
  return outcome;
}

static Result<Outcome> validate(const Invocation& call) {
  const std::string file = call.arguments.text("file");
  const service::ConfigurationText text{TRY(text_of_file(file)), file == "-" ? "standard input" : file};
  const auto recorded = call.session.runtime.recorded();
  if (!recorded && recorded.error().errnum != ENOENT) return recorded.error();
  const service::Findings findings =
      TRY(recorded ? (*recorded)->validate(text) : service::validate_alone(text));
  Outcome outcome;
  outcome.warnings = findings.warnings;
  for (const std::string& each : findings.pending) outcome.lines.push_back("pending: " + each);
  if (findings.pending.empty()) {
    outcome.lines = {text.name + " is valid."};
  } else {
    outcome.status = ExitStatus::incomplete;
  }
  return outcome;
}

static Parameter flag(std::string_view name) {
  return {
      .name = name, .type = ParameterType::boolean, .required = false, .default_value = "no", .option = true};
}

static std::vector<Command> reading_commands() {
  using service::NodeKind;
  return {
      {.name = "dump",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "pattern", .required = false},
                      flag("live"),
                      flag("all"),
                      {.name = "only", .required = false, .option = true},
                      flag("show-secrets")},
       .takes_options = true,
       .needs_runtime = false,
       .run = dump},
      {.name = "validate",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "file", .complete = complete_file}},
       .takes_options = true,
       .needs_runtime = false,
       .run = validate},
  };
}

static std::vector<Command> applying_commands() {
  using service::NodeKind;
  const Parameter merge{.name = "merge",
                        .type = ParameterType::boolean,
                        .required = false,
                        .default_value = "no",
                        .option = true};
  const Parameter confirmed{.name = "confirmed", .required = false, .option = true};
  return {
      {.name = "plan",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "file", .required = false, .complete = complete_file}, merge, flag("disrupt")},
       .takes_options = true,
       .run = plan},
      {.name = "apply",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "file", .required = false, .complete = complete_file},
                      merge,
                      flag("disrupt"),
                      flag("dry-run"),
                      confirmed},
       .takes_options = true,
       .run = apply},
      {.name = "confirm",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "wait",
                       .type = ParameterType::boolean,
                       .required = false,
                       .default_value = "no",
                       .option = true}},
       .takes_options = true,
       .run = confirm},
  };
}

std::vector<Command> configuration_commands() {
  using service::NodeKind;
  std::vector<Command> commands = applying_commands();
  for (Command& command : reading_commands()) commands.push_back(std::move(command));
  const std::vector<Command> more = {
      {.name = "show",
       .kinds = {NodeKind::root},
       .parameters = {{"generation", ParameterType::number, false},
                      {.name = "diff",
                       .type = ParameterType::boolean,
                       .required = false,
                       .default_value = "no",
                       .option = true},
                      {.name = "show-secrets",
                       .type = ParameterType::boolean,
                       .required = false,
                       .default_value = "no",
                       .option = true}},
       .takes_options = true,
       .needs_runtime = false,
       .run = show},
      {.name = "rollback",
       .kinds = {NodeKind::root},
       .parameters = {{"generation", ParameterType::number, false},
                      {.name = "confirmed", .required = false, .option = true}},
       .takes_options = true,
       .run = rollback},
      {.name = "undo", .kinds = {NodeKind::root}, .takes_options = true, .run = undo},
      {.name = "clear", .kinds = {NodeKind::root}, .takes_options = true, .run = clear},
  };
  commands.insert(commands.end(), more.begin(), more.end());
  return commands;
}

}  // namespace lunet::shell
