// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/core.h"

#include <fmt/core.h>

#include <random>
#include <utility>

namespace lunet::iscsi {

namespace {

/// Answers that no command window limits (NOP-In, Reject ...), waiting for an initiator that does not read.
constexpr std::size_t immediate_bytes_max = 4 << 20;
constexpr std::size_t immediate_pdus_per_command = 4;

}  // namespace

Core::Core(Connection& self, Host& surroundings, const ConnectionLimits& bounds, std::uint64_t now)
    : connection(self), host(surroundings), limits(bounds), now_ms(now), stat_sn_(std::random_device{}()) {}

void Core::end(std::string_view why) {
  if (std::exchange(over, true)) return;
  reason = why;
}

void Core::send(Header& header, const Payload& data, Account account) {
  if (over) return;
  header.set_u32(field::stat_sn, stat_sn_);
  const bool was_empty = output.empty();
  output.push(header, data, account);
  if (output.pdus() > limits.output_pdus_max || output.immediate_bytes() > immediate_bytes_max ||
      output.immediate_pdus() > immediate_pdus_per_command * limits.commands_max) {
    end("the initiator does not read the answers to its requests");
  }
  if (was_empty) host.output_ready(connection);
}

void Core::send_status(Header& header, const Payload& data, Account account) {
  send(header, data, account);
  stat_sn_++;
}

void Core::reject(const Header& offender, RejectReason why, Account account) {
  Header header(Opcode::reject, flag::final);
  header.raw[2] = static_cast<std::uint8_t>(why);
  header.set_u32(field::task_tag, no_tag);
  send_status(header, {.bytes = offender.raw, .owner = {}}, account);
}

std::uint32_t Core::next_transfer_tag() {
  if (++transfer_tag_ == no_tag) transfer_tag_ = 0;
  return transfer_tag_;
}

Payload owned_payload(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto owner = std::make_shared<const std::string>(bytes);
  const Bytes view = as_bytes(*owner);
  return {.bytes = view, .owner = std::move(owner)};
}

}  // namespace lunet::iscsi
