// SPDX-License-Identifier: Apache-2.0
// Naming an object is consent to remove it, unless an initiator is logged in to it or data goes with it
// (ruling 30).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/command.h"

namespace lunet::shell {

/// What would be lost with the object, one sentence each. Empty also when there is no such object.
std::vector<std::string> losses(const service::ViewNode& root, const Place& object);
/// Passes when nothing would be lost, with --yes, or after a yes at the terminal. ECANCELED lists what would
/// be lost.
Result<> require_consent(Session& session, std::string_view action, const std::vector<std::string>& lost);
/// Both, for an object: "delete", "disable". Reads the tree unless --yes was given.
Result<> require_consent_to(Session& session, std::string_view verb, const Place& object);

}  // namespace lunet::shell
