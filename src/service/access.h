// SPDX-License-Identifier: Apache-2.0
// May this initiator log in, what does it see, and why or why not: from what runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "configfs/tree.h"
#include "service/sessions.h"

namespace lunet::service {

struct TargetAccess {
  std::string target;
  std::uint16_t tag = 1;
  bool enters = false;
  std::vector<std::string> reasons;  ///< sentences, the deciding one first
  std::vector<std::string> portals;  ///< ADDRESS:PORT that it can come to
  std::vector<SessionLunView> luns;  ///< what it sees then
  std::string command = {};          ///< that would let it in; "" when it is in, or there is none
};

/// Of every target. `address` "" is any; else portals at other addresses do not count.
Result<std::vector<TargetAccess>> explain_access(configfs::Tree& live, std::string_view initiator,
                                                 std::string_view address);

}  // namespace lunet::service
