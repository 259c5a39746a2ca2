// SPDX-License-Identifier: Apache-2.0
// Commands for other programs: completion scripts, and what manual pages and tests are made from.
#include <fmt/core.h>

#include "shell/commands/commands.h"
#include "shell/completion_script.h"
#include "shell/manual.h"
#include "shell/modes/one_shot.h"
#include "shell/suggest.h"

namespace lunet::shell {

static std::vector<std::string> complete_shell(const Wanted& /*wanted*/) {
  return {"bash", "zsh", "fish"};
}

static Result<Outcome> completion(const Invocation& call) {
  const std::string shell = call.arguments.text("shell");
  const std::string_view script = completion_script(shell);
  if (script.empty())
    return Error{EINVAL, fmt::format("there is no completion for '{}'", shell), "name bash, zsh or fish"};
  Outcome outcome;
  outcome.lines = {std::string(script)};
  return outcome;
}

static Result<Outcome> manual(const Invocation& call) {
  Outcome outcome;
  const std::string verb = call.arguments.text("verb");
  if (verb.empty()) {
    outcome.lines = manual_verbs(call.session.table);
    return outcome;
  }
  outcome.lines = {manual_page(call.session.table, verb)};
  if (outcome.lines[0].empty()) return Error{ENOENT, fmt::format("there is no command {}", verb), {}};
  return outcome;
}

// name, page, kinds, plugin, whether it needs a runtime, syntax: with tabs between. Of a mode name, page,
// syntax.
static Result<Outcome> commands(const Invocation& call) {
  Outcome outcome;
  if (const std::string mode = call.arguments.text("mode"); !mode.empty()) {
    for (const modes::Described& each : modes::described(mode))
      outcome.lines.push_back(fmt::format("{}\t{}\t{}", each.name, each.page, each.syntax));
    return outcome;
  }
  for (const Command& command : call.session.table) {
    if (command.hidden) continue;
    std::string kinds;
    for (const auto kind : command.kinds) kinds += (kinds.empty() ? "" : ",") + std::string(kind_name(kind));
    outcome.lines.push_back(fmt::format("{}\t{}\t{}\t{}\t{}\t{}", command.name, command.page_name(), kinds,
                                        command.plugin, command.needs_runtime ? "runtime" : "",
                                        command.syntax()));
  }
  return outcome;
}

std::vector<Command> program_commands() {
  return {
      {.name = "completion",
       .kinds = {service::NodeKind::root},
       .parameters = {{.name = "shell", .complete = complete_shell}},
       .needs_runtime = false,
       .run = completion},
      {.name = "__manual",
       .kinds = {},
       .parameters = {{.name = "verb", .required = false}},
       .hidden = true,
       .needs_runtime = false,
       .run = manual},
      {.name = "__commands",
       .kinds = {},
       .parameters = {{.name = "mode", .required = false}},
       .hidden = true,
       .needs_runtime = false,
       .run = commands},
  };
}

}  // namespace lunet::shell
