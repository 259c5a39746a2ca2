// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace lunet::dataplane {

/// A session that is logged in, as it stands at one moment.
struct SessionInfo {
  std::string initiator_name;
  std::string initiator_alias;
  std::string target;
  std::uint16_t portal_group_tag = 0;
  std::array<std::uint8_t, 6> isid{};
  std::uint16_t tsih = 0;
  std::uint16_t cid = 0;
  std::string peer;        ///< address:port
  std::string negotiated;  ///< Key=Value lines
};

}  // namespace lunet::dataplane
