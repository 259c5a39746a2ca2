// SPDX-License-Identifier: Apache-2.0
// What all parts of one connection share: its surroundings, its numbers, what was agreed, its output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/iscsi/connection.h"
#include "engine/iscsi/negotiation.h"
#include "engine/iscsi/output.h"
#include "engine/iscsi/pdu.h"
#include "engine/iscsi/sequence.h"

namespace lunet::iscsi {

struct Core {
  Core(Connection& self, Host& surroundings, const ConnectionLimits& bounds, std::uint64_t now);

  Connection& connection;
  Host& host;
  const ConnectionLimits limits;
  std::uint64_t now_ms;

  Negotiation negotiation;
  LoginIdentity identity;
  NodeParameters parameters;
  CommandWindow window;
  Output output{window};
  bool over = false;
  std::string reason;

  [[nodiscard]] const Negotiated& agreed() const { return negotiation.values(); }
  /// The connection ends once its output is sent. The first reason counts.
  void end(std::string_view why);
  /// With the StatSN that the next status will have, as R2T and NOP-In pings carry it.
  void send(Header& header, const Payload& data, Account account);
  /// With a StatSN of its own.
  void send_status(Header& header, const Payload& data, Account account);
  /// `account`: command when the rejected PDU had used up its CmdSN.
  void reject(const Header& offender, RejectReason why, Account account = Account::immediate);
  /// For R2T, NOP-In and text exchanges; never no_tag.
  std::uint32_t next_transfer_tag();

 private:
  std::uint32_t stat_sn_;
  std::uint32_t transfer_tag_ = 0;
};

/// Data of a PDU that the connection makes itself.
Payload owned_payload(std::string_view bytes);

}  // namespace lunet::iscsi
