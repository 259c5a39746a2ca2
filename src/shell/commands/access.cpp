// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/completers.h"

namespace lunet::shell {

using service::NodeKind;
using service::TargetAccess;

static void add_lines(const TargetAccess& access, std::vector<std::string>& lines) {
  lines.push_back(fmt::format("/iscsi/{}/tpg{}: {}", access.target, access.tag,
                              access.enters ? "may log in" : "may NOT log in"));
  for (const std::string& reason : access.reasons) lines.push_back("    " + reason);
  if (!access.portals.empty()) lines.push_back("    at " + joined(access.portals));
  for (const service::SessionLunView& lun : access.luns) {
    lines.push_back(
        fmt::format("    LUN {} is {} ({})", lun.lun, lun.storage_object, lun.write_protected ? "ro" : "rw"));
  }
  if (!access.command.empty()) lines.push_back(fmt::format("    `{}` would change that", access.command));
}

static Result<Outcome> access(const Invocation& call) {
  const std::string action = call.arguments.text("action");
  if (action != "explain")
    return Error{EINVAL, fmt::format("access: '{}' is no action", action),
                 "access explain INITIATOR [ADDRESS]"};
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  const auto all = TRY(tasks->access(call.arguments.text("initiator"), call.arguments.text("address")));
  Table table{{{"target", ColumnKind::text},
               {"tpg", ColumnKind::number},
               {"enters", ColumnKind::text},
               {"reason", ColumnKind::text},
               {"luns", ColumnKind::number},
               {"command", ColumnKind::text}},
              {}};
  Outcome outcome;
  for (const TargetAccess& each : all) {
    add_lines(each, outcome.lines);
    table.rows.push_back({each.target, std::to_string(each.tag), each.enters ? "yes" : "no",
                          each.reasons.empty() ? "" : each.reasons.front(), std::to_string(each.luns.size()),
                          each.command});
  }
  if (all.empty()) outcome.lines = {"there is no target"};
  const TableStyle style = style_of(call.arguments);
  Outcome listed = TRY(outcome_of(table, call.arguments));
  if (!style.header || !style.columns.empty()) return listed;
  outcome.table = std::move(listed.table);
  return outcome;
}

static std::vector<std::string> complete_access(const Wanted& /*wanted*/) {
  return {"explain"};
}

std::vector<Command> access_commands() {
  std::vector<Parameter> parameters = {
      {.name = "action", .complete = complete_access},
      {.name = "initiator", .complete = complete_any_initiator},
      {.name = "address", .required = false, .complete = complete_local_address}};
  for (const Parameter& option : list_options()) parameters.push_back(option);
  return {{.name = "access",
           .kinds = {NodeKind::root},
           .parameters = std::move(parameters),
           .takes_options = true,
           .run = access}};
}

}  // namespace lunet::shell
