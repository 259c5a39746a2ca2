// SPDX-License-Identifier: Apache-2.0
// Who gets in and what they see: pure functions of a snapshot. Default deny: without an ACL, and without demo
// mode, nobody enters (dataplane 1.4.9, rulings 4 and 10).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/dataplane/snapshot.h"
#include "engine/iscsi/host.h"

namespace lunet::dataplane {

/// What an admitted initiator has.
struct Grant {
  std::shared_ptr<const Tpg> tpg;  ///< null for discovery sessions
  iscsi::NodeParameters parameters;
  iscsi::AuthenticationPolicy authentication;  ///< what the login must prove
};

/// Whether the names may enter; the proof is still to come. `portal` is the configured address of the
/// listener the connection came through.
std::variant<Grant, iscsi::Refusal> admit(const Snapshot& snapshot, const iscsi::LoginIdentity& identity,
                                          std::string_view portal);

/// The LUNs of this initiator in this TPG, ascending, write protection worked out; empty when it may not
/// enter (any more).
std::vector<LunMapping> visible_luns(const Tpg& tpg, std::string_view initiator);

/// True while the initiator may stay logged in to the TPG. New secrets are for new logins.
bool may_enter(const Tpg& tpg, std::string_view initiator);

/// Answers of SendTargets. `resolve` turns a configured portal into the address to print for this connection,
/// "" to leave it out (another address family, not listening).
using ResolvePortal = std::function<std::string(const std::string&)>;
std::vector<iscsi::DiscoveredTarget> discover(const Snapshot& snapshot, std::string_view initiator,
                                              std::string_view only, const ResolvePortal& resolve);

}  // namespace lunet::dataplane
