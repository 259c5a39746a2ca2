// SPDX-License-Identifier: Apache-2.0
#include "service/doctor.h"

#include <fmt/core.h>

#include <algorithm>

#include "shell/commands/commands.h"

namespace lunet::shell {

using service::Finding;
using service::NodeKind;

static std::string_view weight_word(Finding::Weight weight) {
  switch (weight) {
    case Finding::Weight::broken: return "broken";
    case Finding::Weight::unsafe: return "unsafe";
    case Finding::Weight::idle: break;
  }
  return "idle";
}

// As it is typed at a shell of the system.
static std::string typed(const std::string& cure) {
  return cure.starts_with('!') ? cure.substr(1) : "lunet " + cure;
}

static Result<Outcome> doctor(const Invocation& call) {
  std::vector<Finding> findings;
  auto tasks = call.session.runtime.tasks();
  if (tasks) {
    findings = TRY((*tasks)->examine());
  } else {
    // Perhaps it is the kernel's target that is not there.
    const auto facts = call.session.runtime.facts();
    if (!facts || facts->runtime != "kernel") return tasks.error();
    findings = service::examine_kernel();
    if (findings.empty()) return tasks.error();
  }
  Table table{{{"weight", ColumnKind::text},
               {"object", ColumnKind::text},
               {"problem", ColumnKind::text},
               {"cure", ColumnKind::text}},
              {}};
  Outcome outcome;
  for (const Finding& each : findings) {
    const std::string cure = each.cure.empty() ? "" : typed(each.cure);
    outcome.lines.push_back(fmt::format("{}: {}: {}", weight_word(each.weight), each.object, each.problem));
    if (!cure.empty()) outcome.lines.push_back(fmt::format("    cure: {}", cure));
    table.rows.push_back({std::string(weight_word(each.weight)), each.object, each.problem, cure});
  }
  if (findings.empty()) outcome.lines = {"Nothing is wrong."};
  const TableStyle style = style_of(call.arguments);
  Outcome listed = TRY(outcome_of(table, call.arguments));
  if (!style.header || !style.columns.empty()) {
    outcome = std::move(listed);
  } else {
    outcome.table = std::move(listed.table);
  }
  if (!findings.empty()) outcome.status = ExitStatus::different;
  return outcome;
}

std::vector<Command> doctor_commands() {
  return {{.name = "doctor",
           .kinds = {NodeKind::root},
           .parameters = list_options(),
           .takes_options = true,
           .run = doctor}};
}

}  // namespace lunet::shell
