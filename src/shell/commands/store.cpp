// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <ctime>

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

// Whether anything is configured that a restore could overwrite.
static bool has_objects(const service::ViewNode& root) {
  for (const service::ViewNode& top : root.children) {
    for (const service::ViewNode& child : top.children) {
      if (top.kind == service::NodeKind::fabric || !child.children.empty()) return true;
    }
  }
  return false;
}

static Result<Outcome> restore(const Invocation& call) {
  service::Service* service = TRY(call.session.runtime.service());
  if (!call.session.yes && has_objects(TRY(call.session.runtime.view()))) {
    const auto differences = TRY(service->drift());
    TRY_OK(require_consent(call.session, "restore", differences));
  }
  return outcome_of(TRY(service->restore()));
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
      {.name = "restore",
       .kinds = {NodeKind::root},
       .summary = "Makes what runs the same as the newest generation.",
       .description =
           "For a runtime that is empty or differs. What differs is listed, and overwritten only with --yes.",
       .examples = {"restore"},
       .run = restore},
  };
}

}  // namespace lunet::shell
