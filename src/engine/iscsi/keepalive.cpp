// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/keepalive.h"

#include <algorithm>

namespace lunet::iscsi {

namespace {

/// A discovery session is for a question or two.
constexpr std::uint64_t discovery_idle_ms = 60'000;

}  // namespace

void Keepalive::receive(const Header& nop_out, std::string_view data) {
  if (nop_out.transfer_tag() == ping_tag_) ping_tag_ = no_tag;
  if (nop_out.task_tag() == no_tag) {
    // An answer, or nothing but a sign of life. Without the I bit it has a CmdSN, which ends here.
    if (!nop_out.immediate()) core_.window.complete();
    return;
  }
  Header header(Opcode::nop_in, flag::final);
  header.set_lun(nop_out.lun());
  header.set_u32(field::task_tag, nop_out.task_tag());
  header.set_u32(field::transfer_tag, no_tag);
  const std::size_t size = std::min<std::size_t>(data.size(), core_.agreed().send_segment_bytes);
  core_.send_status(header, owned_payload(data.substr(0, size)),
                    nop_out.immediate() ? Account::immediate : Account::command);
}

void Keepalive::tick() {
  const NodeParameters& parameters = core_.parameters;
  const std::uint64_t quiet_ms = core_.now_ms - heard_ms_;
  if (core_.identity.discovery) {
    if (quiet_ms >= discovery_idle_ms) core_.end("discovery session without requests");
    return;
  }
  if (ping_tag_ != no_tag) {
    const std::uint64_t patience_ms = std::uint64_t{parameters.nopin_response_timeout_s} * 1000;
    if (core_.now_ms - pinged_ms_ >= patience_ms) core_.end("the initiator does not answer NOP-In");
    return;
  }
  if (parameters.nopin_timeout_s == 0 || quiet_ms < std::uint64_t{parameters.nopin_timeout_s} * 1000) return;
  ping_tag_ = core_.next_transfer_tag();
  pinged_ms_ = core_.now_ms;
  Header header(Opcode::nop_in, flag::final);
  header.set_u32(field::task_tag, no_tag);
  header.set_u32(field::transfer_tag, ping_tag_);
  core_.send(header, {}, Account::immediate);
}

}  // namespace lunet::iscsi
