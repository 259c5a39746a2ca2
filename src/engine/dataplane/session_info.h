// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lunet::dataplane {

/// What went through one LUN: of a session since it was mapped, or of all sessions together.
struct LunUse {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t others = 0;  ///< commands that move no blocks
  std::uint64_t read_bytes = 0;
  std::uint64_t write_bytes = 0;
  std::uint64_t timed = 0;     ///< commands whose time was taken: one of many
  std::uint64_t timed_us = 0;  ///< of these together

  LunUse& operator+=(const LunUse& more) {
    reads += more.reads;
    writes += more.writes;
    others += more.others;
    read_bytes += more.read_bytes;
    write_bytes += more.write_bytes;
    timed += more.timed;
    timed_us += more.timed_us;
    return *this;
  }
};

struct SessionLunInfo {
  std::uint16_t lun = 0;  ///< as the initiator sees it
  std::string disk;       ///< path in the target tree
  bool write_protected = false;
  LunUse use;
};

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
  std::vector<SessionLunInfo> luns = {};
};

}  // namespace lunet::dataplane
