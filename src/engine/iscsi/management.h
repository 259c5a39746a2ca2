// SPDX-License-Identifier: Apache-2.0
// Task management requests (RFC 7143 11.5, 11.6): ABORT TASK is done here, the rest is the host's.
#pragma once

#include <vector>

#include "engine/iscsi/commands.h"
#include "engine/iscsi/core.h"

namespace lunet::iscsi {

void send_management_response(Core& core, const Header& request, ManagementResponse response);

class Management {
 public:
  Management(Core& core, Commands& commands) : core_(core), commands_(commands) {}

  void receive(const Header& request);
  void done(const TaskManagement& request, ManagementResponse response);

 private:
  Core& core_;
  Commands& commands_;
  std::vector<Header> with_host_;
};

}  // namespace lunet::iscsi
