// SPDX-License-Identifier: Apache-2.0
// The programs that serve disks of plugin `user` (tcmu-runner's handlers), as whoever knows the message bus
// shows them. Neighbours: programs/tcmu_bus.h asks them; special_disks.cpp makes the disks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/view.h"

namespace lunet::service {

struct UserHandler {
  std::string name;         ///< "qcow"
  std::string description;  ///< of its cfgstring, in its own words
};

class UserHandlers {
 public:
  virtual ~UserHandlers() = default;
  /// None when no tcmu-runner is there. An error: it could not be asked, or there is no message bus.
  virtual Result<std::vector<UserHandler>> list() = 0;
  /// `config` is HANDLER/TEXT. EINVAL with its reason: the handler does not take it. Nobody to ask: it does.
  virtual Result<> check(const std::string& handler, const std::string& config) = 0;
  virtual Result<> change_medium(const std::string& handler, const std::string& disk,
                                 std::uint64_t size_bytes, const std::string& config) = 0;
};

/// Nodes of handlers that have no disk yet, and a mark for those that have one and do not answer; no change
/// in the legacy hierarchy.
void add_handlers(ViewNode& root, const std::vector<UserHandler>& handlers);

}  // namespace lunet::service
