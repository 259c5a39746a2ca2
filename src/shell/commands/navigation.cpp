// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "shell/commands/commands.h"
#include "shell/nodes.h"

namespace lunet::shell {

static Result<Outcome> list(const Invocation& call) {
  const Place place = TRY(follow_path(call.place, call.arguments.text("path")));
  const service::ViewNode root = TRY(call.session.runtime.view());
  const service::ViewNode* node = find_node(root, place.path);
  if (node == nullptr) return no_such_node(root, place.path);
  const auto levels = place.path == "/" ? 0 : std::count(place.path.begin(), place.path.end(), '/');
  Outcome outcome;
  outcome.listing =
      Listing{*node, static_cast<int>(levels), static_cast<int>(call.arguments.number("depth"))};
  return outcome;
}

static Result<Outcome> print_path(const Invocation& call) {
  Outcome outcome;
  outcome.lines = {call.place.path};
  return outcome;
}

std::vector<Command> navigation_commands() {
  return {
      {.name = "ls",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false}, {"depth", ParameterType::number, false, "0"}},
       .summary = "Shows the tree below a node.",
       .description =
           "Each line has the node's name and, in brackets, its state. A depth of 0 shows every level.",
       .examples = {"ls", "/iscsi ls", "ls /backstores 2"},
       .run = list},
      {.name = "pwd",
       .kinds = {},
       .summary = "Prints the path of the node.",
       .description = "With abbreviations and other names resolved: the path as 'ls' shows it.",
       .examples = {"/backstores/rd_mcp/ pwd"},
       .run = print_path},
  };
}

}  // namespace lunet::shell
