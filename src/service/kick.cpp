// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/text.h"
#include "service/task_verbs.h"

namespace lunet::service {
namespace {

constexpr std::uint64_t depth_max = 512;  ///< of cmdsn_depth

std::string tpg_directory(const LoginSession& session) {
  return fmt::format("iscsi/{}/tpgt_{}", session.target, session.tag);
}

/// LIO ends an ACL's sessions when its queue depth changes, so it is changed and put back.
Result<> kick_on_kernel(configfs::Tree& live, const LoginSession& session) {
  const std::string file = fmt::format("{}/acls/{}/cmdsn_depth", tpg_directory(session), session.initiator);
  const auto text = TRY(live.read(file));
  const auto depth = parse_unsigned(trim(text));
  if (!depth) return Error{EIO, fmt::format("{} reads '{}'", file, trim(text)), {}};
  const std::uint64_t other = *depth < depth_max ? *depth + 1 : *depth - 1;
  TRY_OK(live.write(file, std::to_string(other)));
  return live.write(file, std::to_string(*depth));
}

}  // namespace

Result<Report> kick(Editor& editor, const LoginSession& session) {
  if (!session.has_acl && editor.runtime() == RuntimeKind::kernel) {
    return Error{EOPNOTSUPP,
                 fmt::format("session {} of {} has no ACL: the kernel has no way to end it alone",
                             session.sid, session.initiator),
                 fmt::format("`/iscsi/{}/tpg{} disable` ends all sessions of the portal group",
                             session.target, session.tag)};
  }
  Report report;
  if (editor.dry_run()) {
    report.lines.emplace_back("Nothing was changed: this was a dry run.");
    return report;
  }
  if (editor.runtime() == RuntimeKind::kernel) {
    TRY_OK(kick_on_kernel(editor.live(), session));
  } else {
    TRY_OK(editor.live().write(tpg_directory(session) + "/kick", session.sid));
  }
  report.changed = true;
  report.lines.push_back(
      fmt::format("Ended session {} of {} to {}.", session.sid, session.initiator, session.target));
  report.warnings.push_back(
      session.has_acl
          ? fmt::format(
                "it may log in again: delete its ACL to keep it out, `/iscsi/{}/tpg{}/acls delete {}`",
                session.target, session.tag, session.initiator)
          : "it may log in again: this portal group lets in who has no ACL");
  return report;
}

}  // namespace lunet::service
