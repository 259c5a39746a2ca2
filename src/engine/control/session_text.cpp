// SPDX-License-Identifier: Apache-2.0
#include "engine/control/session_text.h"

#include <fmt/core.h>

#include "base/iscsi_name.h"
#include "base/text.h"

namespace lunet::control {

namespace {

bool is_of(const dataplane::SessionInfo& session, std::string_view target, std::string_view tpg_directory) {
  return session.target == target && fmt::format("tpgt_{}", session.portal_group_tag) == tpg_directory;
}

bool has_acl(const dataplane::SessionInfo& session, const dataplane::Snapshot& snapshot) {
  const auto tpgs = snapshot.targets->find(session.target);
  if (tpgs == snapshot.targets->end()) return false;
  const auto tpg = tpgs->second.find(session.portal_group_tag);
  return tpg != tpgs->second.end() && tpg->second->acls.contains(to_lower(session.initiator_name));
}

std::string text_of(const dataplane::LunUse& use) {
  return fmt::format("reads={} writes={} others={} read_bytes={} write_bytes={} timed={} timed_us={}\n",
                     use.reads, use.writes, use.others, use.read_bytes, use.write_bytes, use.timed,
                     use.timed_us);
}

}  // namespace

std::optional<std::string> acl_info(const Sessions& sessions, std::string_view target,
                                    std::string_view tpg_directory, std::string_view initiator) {
  std::string text;
  for (const auto& session : sessions) {
    if (!is_of(session, target, tpg_directory) ||
        fold_iscsi_name(session.initiator_name) != fold_iscsi_name(initiator))
      continue;
    text += fmt::format("InitiatorName: {}\nInitiatorAlias: {}\n", session.initiator_name,
                        session.initiator_alias);
    text += fmt::format(
        "LIO Session ID: {}   ISID: 0x{:02x} {:02x} {:02x} {:02x} {:02x} {:02x}  TSIH: {}  SessionType: "
        "Normal\n",
        session.tsih, session.isid[0], session.isid[1], session.isid[2], session.isid[3], session.isid[4],
        session.isid[5], session.tsih);
    text += "Session State: TARG_SESS_STATE_LOGGED_IN\n";
    text += "---------------------[iSCSI Session Values]-----------------------\n";
    text += session.negotiated;
    text += "----------------------[iSCSI Connections]-------------------------\n";
    text += fmt::format("CID: {}  Connection State: TARG_CONN_STATE_LOGGED_IN\n   Address {} TCP\n",
                        session.cid, session.peer.substr(0, session.peer.rfind(':')));
  }
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::string> acl_parameter(const Sessions& sessions, std::string_view target,
                                         std::string_view initiator, std::string_view key) {
  for (const auto& session : sessions) {
    if (session.target != target || fold_iscsi_name(session.initiator_name) != fold_iscsi_name(initiator))
      continue;
    for (const std::string_view line : split(session.negotiated, '\n')) {
      const auto equals = line.find('=');
      if (equals != std::string_view::npos && line.substr(0, equals) == key) {
        return fmt::format("{}\n", line.substr(equals + 1));
      }
    }
  }
  return std::nullopt;
}

std::string dynamic_sessions(const Sessions& sessions, const dataplane::Snapshot& snapshot,
                             std::string_view target, std::string_view tpg_directory) {
  std::string text;
  const auto tpgs = snapshot.targets->find(target);
  if (tpgs == snapshot.targets->end()) return text;
  for (const auto& session : sessions) {
    if (!is_of(session, target, tpg_directory)) continue;
    const auto tpg = tpgs->second.find(session.portal_group_tag);
    const bool has_acl =
        tpg != tpgs->second.end() && tpg->second->acls.contains(fold_iscsi_name(session.initiator_name));
    if (!has_acl) text += session.initiator_name + "\n";
  }
  return text;
}

std::string tpg_sessions(const Sessions& sessions, const dataplane::Snapshot& snapshot,
                         std::string_view target, std::string_view tpg_directory) {
  std::string text;
  for (const auto& session : sessions) {
    if (!is_of(session, target, tpg_directory)) continue;
    text += fmt::format("session sid={} cid={} acl={} address={} initiator={} alias={}\n", session.tsih,
                        session.cid, has_acl(session, snapshot) ? 1 : 0, session.peer, session.initiator_name,
                        session.initiator_alias);
    for (const dataplane::SessionLunInfo& lun : session.luns) {
      text += fmt::format("lun {} disk={} ro={} {}", lun.lun, lun.disk, lun.write_protected ? 1 : 0,
                          text_of(lun.use));
    }
  }
  return text;
}

std::string tpg_lun_counters(const dataplane::LunUses& uses) {
  std::string text;
  for (const auto& [number, use] : uses) text += fmt::format("lun {} {}", number, text_of(use));
  return text;
}

}  // namespace lunet::control
