// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "service/configurations.h"
#include "service/restore_and_wait.h"
#include "shell/commands/commands.h"
#include "shell/commands/files.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/nodes.h"
#include "shell/shell.h"

namespace lunet::shell {

static std::string local_time(std::int64_t time_s) {
  const auto seconds = static_cast<std::time_t>(time_s);
  std::tm parts{};
  char text[32] = "";
  if (::localtime_r(&seconds, &parts) != nullptr)
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

static Result<Outcome> history(const Invocation& call) {
  if (call.arguments.flag("forget-secrets")) {
    service::Report report = TRY(call.session.runtime.forget_secrets());
    return outcome_of(std::move(report));
  }
  auto generations = TRY(call.session.runtime.history(call.arguments.number("limit")));
  Outcome outcome;
  for (const store::Generation& generation : generations) {
    outcome.lines.push_back(fmt::format("{:>6}  {}  {}  {}", generation.number, local_time(generation.time_s),
                                        generation.who, generation.why));
  }
  if (generations.empty()) outcome.lines = {"no generations yet: nothing was changed"};
  outcome.generations = std::move(generations);
  return outcome;
}

// The object that a command is about, with all below it.
static Result<service::Scope> scope_of(const Invocation& call) {
  const Place place = TRY(follow_word_from(call.place, call.arguments.text("path"), call.session));
  service::Scope scope;
  if (place.kind == service::NodeKind::root) return scope;
  if (place.kind == service::NodeKind::plugin) {
    scope.object = {{config::ObjectClass::storage, place.plugin}};
  } else {
    scope.object = config_path(place);
  }
  if (scope.object.empty()) {
    return Error{EINVAL, fmt::format("{} is no object of the configuration", place.path),
                 "name a disk, a target or something in it, or nothing for all"};
  }
  return scope;
}

// Two configurations, object by object.
static Outcome outcome_of(std::vector<service::RecordChange> changes) {
  Outcome outcome;
  outcome.lines = change_lines(changes);
  if (!changes.empty()) outcome.status = ExitStatus::different;
  outcome.changes = std::move(changes);
  return outcome;
}

static Result<Outcome> diff_generations(const Invocation& call, std::uint64_t from) {
  service::Source to;
  if (call.arguments.has("to")) to.generation = call.arguments.number("to");
  service::Configurations* recorded = TRY(call.session.runtime.recorded());
  auto changes = TRY(recorded->differences({.generation = from}, to));
  return outcome_of(std::move(changes));
}

static Result<Outcome> diff_file(const Invocation& call, const std::string& file) {
  service::Source source;
  source.text = {TRY(text_of_file(file)), file == "-" ? "standard input" : file};
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  service::PlanReport plan = TRY(configurations->plan(source));
  return outcome_of(std::move(plan.records));
}

static bool is_file(const std::string& path) {
  struct stat status{};
  return path == "-" || (::stat(home_expanded(path).c_str(), &status) == 0 && !S_ISDIR(status.st_mode));
}

static Result<Outcome> compare(const Invocation& call, const service::Scope& scope) {
  service::Service* service = TRY(call.session.runtime.service());
  service::Comparison comparison = TRY(service->compare(scope));
  Outcome outcome;
  for (const service::Difference& each : comparison.differences) outcome.lines.push_back(each.text);
  if (!outcome.lines.empty()) outcome.status = ExitStatus::different;
  outcome.comparison = std::move(comparison);
  return outcome;
}

static Result<Outcome> diff(const Invocation& call) {
  const std::string what = call.arguments.text("path");
  if (const auto generation = parse_unsigned(what)) return diff_generations(call, *generation);
  if (call.arguments.has("to"))
    return Error{EINVAL, fmt::format("'{}' is no generation", what), "diff N M compares two generations"};
  if (is_file(what)) return diff_file(call, what);
  const service::Scope scope = TRY(scope_of(call));
  return compare(call, scope);
}

static Result<Outcome> verify(const Invocation& call) {
  Outcome outcome = TRY(compare(call, service::Scope{}));
  if (outcome.lines.empty())
    outcome.lines = {fmt::format("What runs is generation {}.", outcome.comparison->generation)};
  return outcome;
}

static Result<Outcome> adopt(const Invocation& call) {
  const service::Scope scope = TRY(scope_of(call));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->adopt(scope)));
}

// For the unit's state: nobody else has to wait for what is late.
static std::string supervisor_text(const service::Report& report) {
  if (report.left_out == 0) return "READY=1\nSTATUS=ok: everything that is recorded runs";
  return fmt::format("READY=1\nSTATUS=degraded: {} recorded and not running; {}",
                     report.left_out == 1 ? "1 object is" : fmt::format("{} objects are", report.left_out),
                     report.warnings.empty() ? "" : report.warnings.front());
}

static Result<service::Report> restore_patiently(const Invocation& call, const service::Scope& scope) {
  service::Service* service = TRY(call.session.runtime.service());
  service::Patience patience;
  constexpr std::uint64_t week_s = 7 * 24 * 3600;
  patience.limit_ms = static_cast<int>(std::min(call.arguments.number("wait"), week_s) * 1000);
  patience.told = [&](const service::Report& report) {
    call.session.runtime.tell_supervisor(supervisor_text(report));
  };
  auto report = service::restore_and_wait(*service, scope, patience);
  if (!report) call.session.runtime.tell_supervisor("STATUS=failed: " + report.error().message);
  return report;
}

static Result<Outcome> restore(const Invocation& call) {
  service::Scope scope = TRY(scope_of(call));
  service::Service* service = TRY(call.session.runtime.service());
  if (!call.session.yes) {
    const service::Comparison comparison = TRY(service->compare(scope));
    std::vector<std::string> overwritten;
    for (const service::Difference& each : comparison.differences) {
      const bool is_drift = each.kind == service::SyncKind::drift && !comparison.nothing_runs;
      if (is_drift) overwritten.push_back(each.text);
    }
    TRY_OK(require_consent(call.session, "restore", overwritten));
    scope.agreed = std::move(overwritten);
  }
  return outcome_of(TRY(restore_patiently(call, scope)));
}

std::vector<Command> store_commands() {
  using service::NodeKind;
  return {
      {.name = "history",
       .kinds = {NodeKind::root},
       .parameters = {{"limit", ParameterType::number, false, "0"},
                      {.name = "forget-secrets",
                       .type = ParameterType::boolean,
                       .required = false,
                       .default_value = "no",
                       .option = true}},
       .takes_options = true,
       .run = history},
      {.name = "diff",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false}, {"to", ParameterType::number, false}},
       .takes_options = true,
       .run = diff},
      {.name = "verify", .kinds = {NodeKind::root}, .takes_options = true, .run = verify},
      {.name = "adopt",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false}},
       .takes_options = true,
       .run = adopt},
      {.name = "restore",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false}, {"wait", ParameterType::number, false, "0"}},
       .takes_options = true,
       .run = restore},
  };
}

}  // namespace lunet::shell
