// SPDX-License-Identifier: Apache-2.0
// Sessions as LIO's files show them; tools parse these texts (features 4.8).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dataplane/lun_totals.h"
#include "engine/dataplane/session_info.h"
#include "engine/dataplane/snapshot.h"

namespace lunet::control {

using Sessions = std::vector<dataplane::SessionInfo>;

/// acls/WWN/info; nothing when the initiator is not logged in (the model knows that answer).
std::optional<std::string> acl_info(const Sessions& sessions, std::string_view target,
                                    std::string_view tpg_directory, std::string_view initiator);
/// acls/WWN/param/KEY: the negotiated value of the initiator's session.
std::optional<std::string> acl_parameter(const Sessions& sessions, std::string_view target,
                                         std::string_view initiator, std::string_view key);
/// tpgt_N/dynamic_sessions: initiators that are logged in without an ACL of their own.
std::string dynamic_sessions(const Sessions& sessions, const dataplane::Snapshot& snapshot,
                             std::string_view target, std::string_view tpg_directory);

/// tpgt_N/sessions, which only lunetd has: every session, with an ACL or not, and what went through its LUNs.
/// "session sid=N cid=N acl=0|1 address=A:P initiator=NAME alias=TEXT" and after each its
/// "lun N disk=PATH ro=0|1 reads=N writes=N others=N read_bytes=N write_bytes=N timed=N timed_us=N".
std::string tpg_sessions(const Sessions& sessions, const dataplane::Snapshot& snapshot,
                         std::string_view target, std::string_view tpg_directory);
/// tpgt_N/lun_counters, which only lunetd has: of each LUN that was used, all sessions together.
/// "lun N reads=N writes=N others=N read_bytes=N write_bytes=N timed=N timed_us=N".
std::string tpg_lun_counters(const dataplane::LunUses& uses);

}  // namespace lunet::control
