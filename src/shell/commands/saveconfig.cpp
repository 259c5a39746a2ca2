// SPDX-License-Identifier: Apache-2.0
// The words of targetcli for its configuration file (features 3.4, 6). Lunet's own configuration is the
// store; these files are for others.
#include <fmt/core.h>

#include "service/configurations.h"
#include "service/save.h"
#include "shell/commands/commands.h"
#include "shell/commands/files.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;

static std::string default_file() {
  return service::saveconfig_folder() + "/saveconfig.json";
}

Result<service::Report> save_to_default_file(const Invocation& call) {
  service::SaveOptions options;
  options.path = default_file();
  options.backup_folder = service::saveconfig_folder() + "/backup";
  options.backups_max = service::backups_wanted(service::saveconfig_folder());
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  return configurations->save(options);
}

static Result<Outcome> saveconfig(const Invocation& call) {
  service::SaveOptions options;
  const std::string named = call.arguments.text("savefile");
  options.path = named.empty() ? default_file() : home_expanded(named);
  if (call.place.kind == NodeKind::disk) {
    options.disk = config_path(call.place);
  } else if (options.path == default_file()) {
    options.backup_folder = service::saveconfig_folder() + "/backup";
    options.backups_max = service::backups_wanted(service::saveconfig_folder());
  }
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  service::Report report = TRY(configurations->save(options));
  return outcome_of(std::move(report));
}

static Result<Outcome> restoreconfig(const Invocation& call) {
  const std::string named = call.arguments.text("savefile");
  const std::string path = named.empty() ? default_file() : home_expanded(named);
  service::Source source;
  source.text = {TRY(text_of_file(path)), path};
  source.target = call.arguments.text("target");
  source.disk = call.arguments.text("storage_object");
  if (!source.target.empty() && !source.disk.empty())
    return Error{EINVAL, "restoreconfig: give target or storage_object, not both", {}};
  const bool clears = call.arguments.flag("clear_existing");
  source.refuse_existing = !clears;
  source.merge = !clears;
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  service::ApplyOptions options;
  if (!call.session.yes) {
    const service::PlanReport planned = TRY(configurations->plan(source));
    TRY_OK(require_consent(call.session, "restoreconfig", planned.concerns));
    options.agreed = planned.concerns;
  }
  service::Report report = TRY(configurations->apply(source, options));
  report.lines.push_back(fmt::format("Configuration restored from {}", path));
  return outcome_of(std::move(report));
}

static Result<Outcome> clearconfig(const Invocation& call) {
  if (!call.arguments.flag("confirm")) {
    return Error{EINVAL, "clearconfig: nothing was removed: it has to be confirmed",
                 "clearconfig confirm=true removes all disks and targets"};
  }
  service::Configurations* configurations = TRY(call.session.runtime.configurations());
  service::Source source;
  source.text = {"", "the empty configuration"};
  service::Report report = TRY(configurations->apply(source, {}));
  report.lines.emplace_back("All configuration cleared");
  return outcome_of(std::move(report));
}

std::vector<Command> saveconfig_commands() {
  return {
      {.name = "saveconfig",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "savefile", .required = false, .complete = complete_file}},
       .run = saveconfig},
      {.name = "saveconfig",
       .page = "saveconfig-object",
       .kinds = {NodeKind::disk},
       .parameters = {{.name = "savefile", .required = false, .complete = complete_file}},
       .run = saveconfig},
      {.name = "restoreconfig",
       .kinds = {NodeKind::root},
       .parameters = {{.name = "savefile", .required = false, .complete = complete_file},
                      {"clear_existing", ParameterType::boolean, false, "false"},
                      {"target", ParameterType::text, false},
                      {"storage_object", ParameterType::text, false}},
       .run = restoreconfig},
      {.name = "clearconfig",
       .kinds = {NodeKind::root},
       .parameters = {{"confirm", ParameterType::boolean, false, "false"}},
       .run = clearconfig},
  };
}

}  // namespace lunet::shell
