// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/output.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace lunet::iscsi {

namespace {

constexpr std::array<std::uint8_t, 4> zeros{};

std::uint32_t data_digest_of(Bytes data) {
  Crc32c crc;
  crc.add(data);
  crc.add(Bytes(zeros).first(pad_bytes(static_cast<std::uint32_t>(data.size()))));
  return crc.value();
}

/// Fills entries, leaving out what was sent before.
class Entries {
 public:
  Entries(std::span<iovec> vector, std::size_t skip) : vector_(vector), skip_(skip) {}

  [[nodiscard]] bool full() const { return used_ == vector_.size(); }
  [[nodiscard]] std::size_t used() const { return used_; }
  void add(Bytes bytes) {
    const std::size_t skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes = bytes.subspan(skipped);
    if (bytes.empty() || full()) return;
    vector_[used_++] = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  }

 private:
  std::span<iovec> vector_;
  std::size_t skip_;
  std::size_t used_ = 0;
};

}  // namespace

Output::Pdu& Output::fresh() {
  if (free_ == nullptr) return blocks_.emplace_back();
  Pdu& pdu = *free_;
  free_ = pdu.next;
  return pdu;
}

void Output::push(const Header& header, const Payload& data, Account account) {
  const auto size = static_cast<std::uint32_t>(data.bytes.size());
  CHECK(size <= segment_bytes_limit);
  Pdu& pdu = fresh();
  std::memcpy(pdu.head.data(), header.raw.data(), header_bytes);
  store_be24(&pdu.head[5], size);
  pdu.header_digest = header_digest_;
  pdu.data_digest = data_digest_ && size > 0;
  pdu.final_form = false;
  pdu.account = account;
  pdu.next = nullptr;
  pdu.head_bytes = header_bytes + (header_digest_ ? digest_bytes : 0);
  pdu.tail_bytes = 0;
  const std::uint32_t digest = pdu.data_digest ? data_digest_of(data.bytes) : 0;
  if (size > inline_data_max) {
    pdu.data = data;
    pdu.tail_bytes = pad_bytes(size) + (pdu.data_digest ? digest_bytes : 0);
    store_digest(pdu.digest.data(), digest);
  } else if (size > 0) {
    std::memcpy(&pdu.head[pdu.head_bytes], data.bytes.data(), size);
    std::memset(&pdu.head[pdu.head_bytes + size], 0, pad_bytes(size));
    pdu.head_bytes += size + pad_bytes(size);
    if (pdu.data_digest) {
      store_digest(&pdu.head[pdu.head_bytes], digest);
      pdu.head_bytes += digest_bytes;
    }
  }
  pdus_++;
  if (account == Account::immediate) {
    immediate_pdus_++;
    immediate_bytes_ += pdu.data.bytes.size();
  }
  (last_ != nullptr ? last_->next : first_) = &pdu;
  last_ = &pdu;
}

void Output::complete_header(Pdu& pdu) {
  if (pdu.final_form) return;
  pdu.final_form = true;
  if (pdu.account == Account::command) window_.complete();
  store_be32(&pdu.head[field::exp_command_sn], window_.expected());
  store_be32(&pdu.head[field::max_command_sn], window_.max());
  if (!pdu.header_digest) return;
  Crc32c crc;
  crc.add(Bytes(pdu.head).first(header_bytes));
  store_digest(&pdu.head[header_bytes], crc.value());
}

std::size_t Output::gather(std::span<iovec> vector) {
  Entries entries(vector, first_sent_);
  for (Pdu* pdu = first_; pdu != nullptr && !entries.full(); pdu = pdu->next) {
    complete_header(*pdu);
    entries.add(Bytes(pdu->head).first(pdu->head_bytes));
    if (pdu->data.bytes.empty()) continue;
    entries.add(pdu->data.bytes);
    entries.add(Bytes(zeros).first(pad_bytes(static_cast<std::uint32_t>(pdu->data.bytes.size()))));
    if (pdu->data_digest) entries.add(pdu->digest);
  }
  return entries.used();
}

void Output::sent(std::size_t bytes) {
  while (first_ != nullptr) {
    const std::size_t rest =
        first_->head_bytes + first_->data.bytes.size() + first_->tail_bytes - first_sent_;
    if (bytes < rest) break;
    bytes -= rest;
    recycle_first();
  }
  CHECK(first_ != nullptr || bytes == 0);
  first_sent_ += bytes;
}

void Output::recycle_first() {
  Pdu& pdu = *first_;
  pdus_--;
  if (pdu.account == Account::immediate) {
    immediate_pdus_--;
    immediate_bytes_ -= pdu.data.bytes.size();
  }
  first_ = pdu.next;
  if (first_ == nullptr) last_ = nullptr;
  first_sent_ = 0;
  pdu.data = {};
  pdu.next = free_;
  free_ = &pdu;
}

}  // namespace lunet::iscsi
