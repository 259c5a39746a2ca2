// SPDX-License-Identifier: Apache-2.0
// The store to the other runtime.
#include "service/migrate.h"

#include <fmt/core.h>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;
using service::RuntimeKind;

static std::vector<std::string> complete_runtime(const Wanted& /*wanted*/) {
  return {"kernel", "lunetd"};
}

// Nothing: the other one.
static Result<std::optional<RuntimeKind>> runtime_of(const Invocation& call) {
  const std::string name = call.arguments.text("to");
  if (name.empty()) return std::optional<RuntimeKind>();
  if (name == "kernel") return std::optional(RuntimeKind::kernel);
  if (name == "lunetd") return std::optional(RuntimeKind::lunetd);
  return Error{EINVAL, fmt::format("'{}' is no runtime", name), "the runtimes are kernel and lunetd"};
}

static Outcome plan_outcome(const MigrationQuestion& question) {
  const service::MigrationPlan& plan = question.plan;
  Outcome outcome;
  outcome.lines.push_back(fmt::format(
      "Plan: generation {} goes from {} to {}, {} to move", plan.generation, service::title_of(question.from),
      service::title_of(question.to),
      plan.moves == 1 ? std::string("1 disk or target") : fmt::format("{} disks and targets", plan.moves)));
  for (const std::string& concern : plan.concerns) outcome.lines.push_back("! " + concern);
  outcome.warnings = plan.notes;
  outcome.status = ExitStatus::different;
  return outcome;
}

static Result<Outcome> migrate(const Invocation& call) {
  const auto to = TRY(runtime_of(call));
  const MigrationQuestion question = TRY(call.session.runtime.plan_migration(to));
  if (question.from == question.to) {
    Outcome outcome;
    outcome.lines = {fmt::format("Nothing to do: the store is of {}.", service::title_of(question.to))};
    outcome.changed = false;
    return outcome;
  }
  if (call.arguments.flag("dry-run") || question.dry_run) return plan_outcome(question);
  TRY_OK(require_consent(call.session, fmt::format("migrate to {}", service::title_of(question.to)),
                         question.plan.concerns));
  std::optional<std::vector<std::string>> agreed;
  if (!call.session.yes) agreed = question.plan.concerns;
  return outcome_of(TRY(call.session.runtime.migrate(question.to, agreed)));
}

std::vector<Command> migrate_commands() {
  return {{.name = "migrate",
           .kinds = {NodeKind::root},
           .parameters = {{.name = "to", .required = false, .complete = complete_runtime},
                          {.name = "dry-run",
                           .type = ParameterType::boolean,
                           .required = false,
                           .default_value = "no",
                           .option = true}},
           .takes_options = true,
           .needs_runtime = false,
           .run = migrate}};
}

}  // namespace lunet::shell
