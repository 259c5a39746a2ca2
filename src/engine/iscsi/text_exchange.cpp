// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/text_exchange.h"

#include <fmt/core.h>

#include <utility>

#include "base/iscsi_name.h"

namespace lunet::iscsi {

namespace {

Account account_of(const Header& request) {
  return request.immediate() ? Account::immediate : Account::command;
}

}  // namespace

void TextExchange::receive(const Header& request, std::string_view data) {
  const bool fresh = request.transfer_tag() == no_tag;
  const bool final_and_more = request.has(flag::final) && request.has(flag::resume);
  if (request.task_tag() == no_tag || final_and_more || (!fresh && !continues(request))) {
    return core_.reject(request, RejectReason::protocol_error, account_of(request));
  }
  if (fresh) {
    // A new request ends an exchange that the initiator has left.
    task_tag_ = request.task_tag();
    request_.clear();
    drop_answer();
  }
  under_way_ = false;
  if (!answer_.empty()) {
    if (data.empty()) return send_next(request);
    drop_answer();
    return core_.reject(request, RejectReason::protocol_error, account_of(request));
  }
  if (request_.size() + data.size() > core_.limits.text_bytes_max) {
    request_.clear();
    return core_.reject(request, RejectReason::protocol_error, account_of(request));
  }
  request_.append(data);
  if (request.has(flag::resume)) return send(request, 0, {});
  if (!answer_request()) return core_.reject(request, RejectReason::protocol_error, account_of(request));
  send_next(request);
}

void TextExchange::drop_answer() {
  answer_.clear();
  answer_done_ = 0;
}

bool TextExchange::continues(const Header& request) const {
  return under_way_ && request.task_tag() == task_tag_ && request.transfer_tag() == transfer_tag_;
}

/// A complete request: fills answer_. False: it is no text.
bool TextExchange::answer_request() {
  const std::string text = std::exchange(request_, {});
  const auto pairs = parse_text(text);
  if (!pairs) return false;
  // Keys are answered in their order, SendTargets (once) among them.
  bool listed = false;
  for (const TextPair& pair : *pairs) {
    if (pair.key == "SendTargets" && !std::exchange(listed, true)) {
      append_targets(pair.value);
    } else if (!core_.negotiation.answer(Negotiation::Phase::full_feature, {&pair, 1}, answer_)) {
      return false;
    }
  }
  return true;
}

/// A discovery session may ask for everything. In a normal session there is its own target only, whose name
/// may be left out (RFC 7143 appendix C); "All" gives it too, as some initiators expect there.
void TextExchange::append_targets(std::string_view value) {
  const bool all = value == "All";
  std::string only = all ? std::string() : fold_iscsi_name(value);
  const std::string& own = core_.identity.target_name;
  if (only.empty() && !value.empty() && !all) return append_pair(answer_, "SendTargets", "Reject");
  if (!core_.identity.discovery) {
    if (all || only.empty()) only = own;
    if (only != own) return append_pair(answer_, "SendTargets", "Reject");
  } else if (!all && !valid_iscsi_name(only)) {
    return append_pair(answer_, "SendTargets", "Reject");
  }
  for (const DiscoveredTarget& target : core_.host.discover(core_.connection, only)) {
    append_pair(answer_, "TargetName", target.name);
    for (const auto& address : target.addresses) {
      append_pair(answer_, "TargetAddress", fmt::format("{},{}", address.text, address.portal_group_tag));
    }
  }
}

/// The next part of answer_ that fits one PDU.
void TextExchange::send_next(const Header& request) {
  const std::size_t size_max = core_.agreed().send_segment_bytes;
  const std::string part = answer_.substr(answer_done_, size_max);
  answer_done_ += part.size();
  if (answer_done_ < answer_.size()) return send(request, flag::resume, part);
  drop_answer();
  // F answers F; without it the initiator has more to say.
  send(request, request.has(flag::final) ? flag::final : 0, part);
}

void TextExchange::send(const Header& request, std::uint8_t flags, std::string_view text) {
  under_way_ = (flags & flag::final) == 0;
  transfer_tag_ = under_way_ ? core_.next_transfer_tag() : no_tag;
  Header header(Opcode::text_response, flags);
  header.set_lun(request.lun());
  header.set_u32(field::task_tag, request.task_tag());
  header.set_u32(field::transfer_tag, transfer_tag_);
  core_.send_status(header, owned_payload(text), account_of(request));
}

}  // namespace lunet::iscsi
