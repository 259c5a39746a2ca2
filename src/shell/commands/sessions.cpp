// SPDX-License-Identifier: Apache-2.0
// Who is logged in (features 3.4.1), and ending a session.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::LoginSession;
using service::NodeKind;

static Table session_table(const std::vector<LoginSession>& sessions) {
  Table table{{{"sid", ColumnKind::number},
               {"initiator", ColumnKind::text},
               {"target", ColumnKind::text},
               {"tpg", ColumnKind::number},
               {"address", ColumnKind::text},
               {"state", ColumnKind::text},
               {"type", ColumnKind::text},
               {"alias", ColumnKind::text},
               {"acl", ColumnKind::text},
               {"authenticated", ColumnKind::text},
               {"luns", ColumnKind::number},
               {"read", ColumnKind::bytes},
               {"written", ColumnKind::bytes}},
              {}};
  for (const LoginSession& each : sessions) {
    std::uint64_t read = 0;
    std::uint64_t written = 0;
    bool counted = false;
    for (const service::SessionLunView& lun : each.luns) {
      if (!lun.traffic) continue;
      counted = true;
      read += lun.traffic->read_bytes;
      written += lun.traffic->write_bytes;
    }
    table.rows.push_back({each.sid, each.initiator, each.target, std::to_string(each.tag), each.address,
                          each.state, each.type, each.alias, each.has_acl ? "yes" : "no",
                          each.authenticated ? "yes" : "no", std::to_string(each.luns.size()),
                          counted ? std::to_string(read) : "", counted ? std::to_string(written) : ""});
  }
  return table;
}

static std::string first_line(const LoginSession& session) {
  return fmt::format("alias: {}\tsid: {} type: {} session-state: {}", session.alias, session.sid,
                     session.type, session.state);
}

static void add_detail_lines(const LoginSession& session, std::vector<std::string>& lines) {
  lines.push_back(fmt::format("    name: {} ({})", session.initiator,
                              session.authenticated ? "authenticated" : "NOT AUTHENTICATED"));
  lines.push_back(fmt::format("    target: {} tpg{}{}", session.target, session.tag,
                              session.has_acl ? "" : " (no ACL: demo mode)"));
  for (const service::SessionLunView& lun : session.luns) {
    std::string line = fmt::format("    mapped-lun: {} backstore: {} mode: {}", lun.lun, lun.storage_object,
                                   lun.write_protected ? "r" : "rw");
    if (lun.traffic) line += fmt::format(" reads: {} writes: {}", lun.traffic->reads, lun.traffic->writes);
    lines.push_back(std::move(line));
  }
  lines.push_back(fmt::format("    address: {} ({})  cid: {} connection-state: {}", session.address,
                              session.transport, session.cid, session.connection_state));
}

// Those of the number; all without one.
static Result<std::vector<LoginSession>> wanted_sessions(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  auto sessions = TRY(tasks->sessions());
  const std::string sid = call.arguments.text("sid");
  if (sid.empty()) return sessions;
  if (!parse_unsigned(sid))
    return Error{EINVAL, fmt::format("'{}' is no session number", sid), "`sessions list` shows them"};
  std::erase_if(sessions, [&](const LoginSession& each) { return each.sid != sid; });
  if (sessions.empty())
    return Error{ENOENT, fmt::format("there is no session {}", sid), "`sessions list` shows them"};
  return sessions;
}

static Result<Outcome> show(const Invocation& call, bool details) {
  const auto sessions = TRY(wanted_sessions(call));
  Outcome outcome = TRY(outcome_of(session_table(sessions), call.arguments));
  const TableStyle style = style_of(call.arguments);
  if (!style.header || !style.columns.empty()) return outcome;
  outcome.lines.clear();
  for (const LoginSession& each : sessions) {
    outcome.lines.push_back(first_line(each));
    if (details) add_detail_lines(each, outcome.lines);
  }
  if (sessions.empty()) outcome.lines = {"(no open sessions)"};
  return outcome;
}

static Result<Outcome> kick(const Invocation& call) {
  if (call.arguments.text("sid").empty())
    return Error{EINVAL, "which session? kick needs its number", "`sessions list` shows them"};
  const auto sessions = TRY(wanted_sessions(call));
  if (sessions.size() > 1) {
    return Error{EINVAL, fmt::format("{} sessions have the number {}", sessions.size(), sessions.front().sid),
                 "the kernel numbers them in each target: delete the ACL instead"};
  }
  const LoginSession& session = sessions.front();
  if (!call.session.yes) {
    TRY_OK(require_consent(call.session, fmt::format("end session {}", session.sid),
                           {fmt::format("{} is logged in and would be cut off", session.initiator)}));
  }
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  service::Report report = TRY(tasks->kick(session));
  return outcome_of(std::move(report));
}

static Result<Outcome> sessions(const Invocation& call) {
  const std::string action = call.arguments.text("action");
  if (action == "list") return show(call, false);
  if (action == "detail") return show(call, true);
  if (action == "kick") return kick(call);
  return Error{EINVAL, fmt::format("sessions: '{}' is no action", action), "it is list, detail or kick"};
}

static std::vector<std::string> complete_action(const Wanted& /*wanted*/) {
  return {"list", "detail", "kick"};
}

static std::vector<std::string> complete_sid(const Wanted& wanted) {
  std::vector<std::string> sids;
  auto tasks = wanted.session.runtime.tasks();
  if (!tasks) return sids;
  const auto open = (*tasks)->sessions();
  for (const LoginSession& each : open ? *open : std::vector<LoginSession>{}) sids.push_back(each.sid);
  return sids;
}

std::vector<Command> session_commands() {
  std::vector<Parameter> parameters = {
      {.name = "action", .required = false, .default_value = "list", .complete = complete_action},
      {.name = "sid", .required = false, .complete = complete_sid}};
  for (const Parameter& option : list_options()) parameters.push_back(option);
  return {{.name = "sessions",
           .kinds = {NodeKind::root},
           .parameters = std::move(parameters),
           .takes_options = true,
           .run = sessions}};
}

}  // namespace lunet::shell
