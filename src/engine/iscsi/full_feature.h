// SPDX-License-Identifier: Apache-2.0
// Full feature phase: which part of the connection a PDU belongs to, and when it is its turn (CmdSN order).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/iscsi/commands.h"
#include "engine/iscsi/core.h"
#include "engine/iscsi/keepalive.h"
#include "engine/iscsi/management.h"
#include "engine/iscsi/order.h"
#include "engine/iscsi/text_exchange.h"

namespace lunet::iscsi {

class FullFeature {
 public:
  FullFeature(Core& core, const Framer& framer)
      : core_(core),
        commands_(core, framer, order_),
        management_(core, commands_),
        text_(core),
        keepalive_(core) {}

  // As PduHandler has them.
  void header_arrived(const Header& header, Bytes ahs);
  [[nodiscard]] MutableBytes room(std::uint32_t offset);
  [[nodiscard]] bool direct() const { return commands_.direct(); }
  void pdu_arrived(const Header& header);

  void tick();
  Commands& commands() { return commands_; }
  [[nodiscard]] const Commands& commands() const { return commands_; }
  Management& management() { return management_; }
  Keepalive& keepalive() { return keepalive_; }

 private:
  void command_arrived(const Header& header, Bytes ahs);
  void data_out_arrived(const Header& header);
  void in_order(const Header& header);
  void run_held();
  void process(const Header& header, std::string_view data);
  void logout(const Header& request);

  Core& core_;
  Order order_;
  Commands commands_;
  Management management_;
  TextExchange text_;
  Keepalive keepalive_;
  bool collecting_ = false;  ///< the PDU under way is a request whose data goes to data_
  std::string data_;
  std::size_t data_bytes_ = 0;  ///< announced
};

}  // namespace lunet::iscsi
