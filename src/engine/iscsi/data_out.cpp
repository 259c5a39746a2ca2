// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/data_out.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace lunet::iscsi {

namespace {

constexpr std::size_t unsolicited_step_bytes = 65536;

}  // namespace

void DataOut::begin(std::uint32_t unsolicited_max, bool open) {
  place_ = Place::kept;
  buffer_ = {};
  drop_kept();
  unsolicited_max_ = unsolicited_max;
  open_ = open;
  next_data_sn_ = 0;
  received_ = 0;
  asked_ = 0;
  solicitations_ = 0;
  solicited_.clear();
  in_pdu_ = false;
}

void DataOut::begin_immediate(std::uint32_t bytes) {
  in_pdu_ = true;
  pdu_unsolicited_ = true;
  pdu_final_ = !open_;
  pdu_bytes_ = bytes;
}

bool DataOut::begin_data_out(const Header& header) {
  const std::uint32_t bytes = header.data_bytes();
  const std::uint64_t end = std::uint64_t{received_} + bytes;
  const bool final = header.has(flag::final);
  if (header.u32(field::buffer_offset) != received_) return false;
  if (header.transfer_tag() == no_tag) {
    if (!open_ || header.u32(field::data_sn) != next_data_sn_ || end > unsolicited_max_) return false;
    next_data_sn_++;
  } else {
    if (solicited_.empty()) return false;
    Burst& burst = solicited_.front();
    if (header.transfer_tag() != burst.transfer_tag || header.u32(field::data_sn) != burst.next_data_sn)
      return false;
    // The whole burst, and F at its end: we neither allow less nor ask again.
    if (end > burst.end || final != (end == burst.end)) return false;
    burst.next_data_sn++;
  }
  in_pdu_ = true;
  pdu_unsolicited_ = header.transfer_tag() == no_tag;
  pdu_final_ = final;
  pdu_bytes_ = bytes;
  return true;
}

MutableBytes DataOut::room(std::uint32_t offset) {
  if (!in_pdu_ || place_ == Place::nowhere) return {};
  const std::size_t from = std::size_t{received_} + offset;
  const std::size_t rest = pdu_bytes_ - offset;
  if (place_ == Place::given) {
    if (from >= buffer_.size()) return {};
    return buffer_.subspan(from, std::min(rest, buffer_.size() - from));
  }
  // More than announced comes only with a command that fails for it; nobody reads that.
  if (from >= unsolicited_max_) return {};
  if (kept_.size() <= from) {
    kept_.resize(std::min<std::size_t>(unsolicited_max_, from + std::min(rest, unsolicited_step_bytes)));
  }
  return MutableBytes(kept_).subspan(from, std::min(rest, kept_.size() - from));
}

void DataOut::end_pdu() {
  in_pdu_ = false;
  received_ += pdu_bytes_;
  if (!pdu_final_) return;
  if (pdu_unsolicited_) {
    open_ = false;
  } else {
    solicited_.erase(solicited_.begin());
  }
}

void DataOut::give(MutableBytes buffer, std::uint32_t arrived) {
  CHECK(place_ == Place::kept);
  place_ = Place::given;
  buffer_ = buffer;
  if (kept_.empty()) return;
  const std::size_t kept = std::size_t{received_} + (in_pdu_ ? arrived : 0);
  const std::size_t bytes = std::min({buffer.size(), kept, kept_.size()});
  if (bytes > 0) std::memcpy(buffer.data(), kept_.data(), bytes);
  drop_kept();
}

void DataOut::withdraw() {
  place_ = Place::nowhere;
  buffer_ = {};
  drop_kept();
}

void DataOut::drop_kept() {
  std::vector<std::uint8_t>().swap(kept_);
}

bool DataOut::complete() const {
  if (place_ != Place::given) return false;
  return received_ >= buffer_.size();
}

std::optional<Solicitation> DataOut::solicit(std::uint32_t burst_max, std::uint32_t outstanding_max,
                                             std::uint32_t tag) {
  // Unasked data comes first; only then it is known where ours begins.
  if (place_ != Place::given || open_ || solicited_.size() >= outstanding_max) return std::nullopt;
  if (in_pdu_ && pdu_unsolicited_) return std::nullopt;
  asked_ = std::max(asked_, received_);
  if (asked_ >= buffer_.size()) return std::nullopt;
  const std::size_t length = std::min<std::size_t>(burst_max, buffer_.size() - asked_);
  const Solicitation next{solicitations_++, tag, asked_, static_cast<std::uint32_t>(length)};
  asked_ += next.length;
  solicited_.push_back({tag, asked_, 0});
  return next;
}

}  // namespace lunet::iscsi
