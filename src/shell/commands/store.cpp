// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <ctime>
#include <fstream>
#include <iterator>

#include "shell/commands/commands.h"
#include "shell/consent.h"
#include "shell/nodes.h"

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
  const Place place = TRY(follow_path(call.place, call.arguments.text("path")));
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

static Result<Outcome> diff(const Invocation& call) {
  const service::Scope scope = TRY(scope_of(call));
  service::Service* service = TRY(call.session.runtime.service());
  service::Comparison comparison = TRY(service->compare(scope));
  Outcome outcome;
  for (const service::Difference& each : comparison.differences) outcome.lines.push_back(each.text);
  if (!outcome.lines.empty()) outcome.status = ExitStatus::different;
  outcome.comparison = std::move(comparison);
  return outcome;
}

static Result<Outcome> adopt(const Invocation& call) {
  const service::Scope scope = TRY(scope_of(call));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->adopt(scope)));
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
  return outcome_of(TRY(service->restore(scope)));
}

static Result<std::string> text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return system_error(errno, "reading " + path);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return system_error(EIO, "reading " + path);
  return text;
}

static Result<Outcome> apply(const Invocation& call) {
  const std::string path = call.arguments.text("file");
  const service::ConfigurationText text{TRY(text_of_file(path)), path};
  service::Service* service = TRY(call.session.runtime.service());
  std::optional<std::vector<std::string>> agreed;
  if (!call.session.yes) {
    agreed = TRY(service->concerns(text));
    TRY_OK(require_consent(call.session, "apply", *agreed));
  }
  return outcome_of(TRY(service->apply(text, agreed)));
}

std::vector<Command> store_commands() {
  using service::NodeKind;
  return {
      {.name = "history",
       .kinds = {NodeKind::root},
       .parameters = {{"limit", ParameterType::number, false, "0"}},
       .summary = "Lists the generations: number, when, who, and the command that made it.",
       .description = "Oldest first. A limit of N shows the newest N.",
       .examples = {"history", "history 10"},
       .run = history},
      {.name = "diff",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false}},
       .summary = "Shows where what runs is not what the newest generation says.",
       .description =
           "One line for each difference of the object and what is below it; exit status 3 when there "
           "are any.",
       .examples = {"diff", "diff /iscsi/iqn.2003-01.org.example:t1"},
       .run = diff},
      {.name = "adopt",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false}},
       .summary = "Records what runs, where it differs from the newest generation.",
       .description = "Nothing that runs is changed. Pending and degraded objects stay recorded.",
       .examples = {"adopt", "adopt /backstores/fileio/d1"},
       .run = adopt},
      {.name = "restore",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false}},
       .summary = "Makes what runs the same as the newest generation.",
       .description =
           "What differs is listed, and overwritten after consent (--yes). What no generation had stays. "
           "An object that cannot be made is left out with what stands on it, the rest is served; exit "
           "status 4 then.",
       .examples = {"restore", "restore /backstores/fileio/d1"},
       .run = restore},
      {.name = "apply",
       .kinds = {NodeKind::root},
       .parameters = {{"file", ParameterType::text}},
       .summary = "Makes the configuration in a file what runs and what is recorded, as one change.",
       .description =
           "The file holds the whole configuration in the language. What it does not have is removed; "
           "what no generation had stays. A disk whose file is missing is left out as pending (exit "
           "status 4). What would be overwritten or lost is listed and needs consent (--yes).",
       .examples = {"apply /etc/lunet/site.lio"},
       .run = apply},
  };
}

}  // namespace lunet::shell
