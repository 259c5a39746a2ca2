// SPDX-License-Identifier: Apache-2.0
// NOP-Out and NOP-In (RFC 7143 11.18, 11.19): answers pings, and pings an initiator that has gone quiet.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/iscsi/core.h"

namespace lunet::iscsi {

class Keepalive {
 public:
  explicit Keepalive(Core& core) : core_(core), heard_ms_(core.now_ms) {}

  /// Something came from the initiator.
  void heard() { heard_ms_ = core_.now_ms; }
  void receive(const Header& nop_out, std::string_view data);
  void tick();

 private:
  Core& core_;
  std::uint64_t heard_ms_;
  std::uint32_t ping_tag_ = no_tag;  ///< Target Transfer Tag of the ping that is not answered
  std::uint64_t pinged_ms_ = 0;
};

}  // namespace lunet::iscsi
