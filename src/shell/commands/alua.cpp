// SPDX-License-Identifier: Apache-2.0
// Target port groups of a disk (features 3.5).
#include "shell/commands/commands.h"
#include "shell/completers.h"

namespace lunet::shell {

using service::NodeKind;

static Result<Outcome> create_group(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(
      TRY(tasks->create_port_group({call.place.plugin, call.place.disk}, call.arguments.text("name"),
                                   *call.arguments.numbered("tag", "tpg"))));
}

static Result<Outcome> delete_group(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(
      TRY(tasks->delete_port_group({call.place.plugin, call.place.disk}, call.arguments.text("name"))));
}

static std::vector<std::string> complete_group_name(const Wanted& wanted) {
  std::vector<std::string> names = complete_child(wanted);
  std::erase(names, "default_tg_pt_gp");
  return names;
}

std::vector<Command> alua_commands() {
  return {
      {.name = "create",
       .page = "create-alua-group",
       .kinds = {NodeKind::alua_list},
       .parameters = {{"name"}, {"tag", ParameterType::tag}},
       .run = create_group},
      {.name = "delete",
       .page = "delete-alua-group",
       .kinds = {NodeKind::alua_list},
       .parameters = {{.name = "name", .complete = complete_group_name}},
       .run = delete_group},
  };
}

}  // namespace lunet::shell
