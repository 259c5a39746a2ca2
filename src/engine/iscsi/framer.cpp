// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/framer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace lunet::iscsi {

void Framer::receive(Bytes bytes) {
  direct_ = {};
  while (!bytes.empty() && stage_ != Stage::stopped) {
    std::size_t taken = 0;
    switch (stage_) {
      case Stage::header: taken = take_header(bytes); break;
      case Stage::data: taken = take_data(bytes); break;
      case Stage::trailer: taken = take_trailer(bytes); break;
      case Stage::stopped: break;
    }
    bytes = bytes.subspan(taken);
  }
}

std::size_t Framer::take_header(Bytes bytes) {
  std::size_t wanted = header_bytes;
  if (front_filled_ >= header_bytes) {
    wanted += std::size_t{front_[4]} * 4 + (header_digest_ ? digest_bytes : 0);
  }
  const std::size_t taken = std::min(bytes.size(), wanted - front_filled_);
  std::memcpy(front_.data() + front_filled_, bytes.data(), taken);
  front_filled_ += taken;
  const bool more = front_filled_ == header_bytes && (front_[4] != 0 || header_digest_);
  if (front_filled_ == wanted && !(wanted == header_bytes && more)) header_complete();
  return taken;
}

void Framer::header_complete() {
  std::memcpy(header_.raw.data(), front_.data(), header_bytes);
  const std::size_t covered = header_bytes + header_.ahs_bytes();
  if (header_digest_) {
    Crc32c crc;
    crc.add(Bytes(front_).first(covered));
    if (crc.value() != load_digest(&front_[covered])) {
      stage_ = Stage::stopped;
      handler_.header_digest_failed();
      return;
    }
  }
  data_done_ = 0;
  crc_ = {};
  verifiable_ = true;
  checked_ = data_digest_ && header_.data_bytes() > 0;
  trailer_filled_ = 0;
  trailer_wanted_ = pad_bytes(header_.data_bytes()) + (checked_ ? digest_bytes : 0);
  if (!handler_.header_arrived(header_, Bytes(front_).subspan(header_bytes, header_.ahs_bytes()))) {
    stage_ = Stage::stopped;
  } else if (header_.data_bytes() > 0) {
    stage_ = Stage::data;
  } else {
    go_on(handler_.pdu_arrived(header_));
  }
}

std::size_t Framer::take_data(Bytes bytes) {
  Bytes piece = bytes.first(std::min<std::size_t>(bytes.size(), header_.data_bytes() - data_done_));
  const MutableBytes room = handler_.room(data_done_);
  if (!room.empty()) {
    piece = piece.first(std::min(piece.size(), room.size()));
    std::memcpy(room.data(), piece.data(), piece.size());
  }
  advance(static_cast<std::uint32_t>(piece.size()), piece);
  return piece.size();
}

void Framer::advance(std::uint32_t bytes, Bytes piece) {
  if (checked_) crc_.add(piece);
  data_done_ += bytes;
  if (data_done_ < header_.data_bytes()) return;
  stage_ = Stage::trailer;
  if (trailer_wanted_ == 0) trailer_complete();
}

MutableBytes Framer::direct_room() {
  direct_ = {};
  if (stage_ != Stage::data || !handler_.direct(data_done_)) return {};
  const MutableBytes room = handler_.room(data_done_);
  const std::size_t bytes = std::min<std::size_t>(room.size(), header_.data_bytes() - data_done_);
  if (bytes >= direct_bytes_min) direct_ = room.first(bytes);
  return direct_;
}

void Framer::direct_received(std::size_t bytes) {
  if (stage_ != Stage::data) return;
  CHECK(bytes <= direct_.size());
  const MutableBytes room = std::exchange(direct_, {});
  if (bytes == 0) return;
  // The command may have been discarded meanwhile, and the memory be gone with it. Nobody wants the data
  // then, so nobody misses its digest.
  const bool still_wanted = handler_.direct(data_done_) && handler_.room(data_done_).data() == room.data();
  if (!still_wanted) verifiable_ = false;
  advance(static_cast<std::uint32_t>(bytes), still_wanted ? room.first(bytes) : MutableBytes());
}

std::size_t Framer::take_trailer(Bytes bytes) {
  const std::size_t taken = std::min<std::size_t>(bytes.size(), trailer_wanted_ - trailer_filled_);
  std::memcpy(trailer_.data() + trailer_filled_, bytes.data(), taken);
  trailer_filled_ += static_cast<std::uint32_t>(taken);
  if (trailer_filled_ == trailer_wanted_) trailer_complete();
  return taken;
}

void Framer::trailer_complete() {
  if (checked_) {
    const std::uint32_t pad = pad_bytes(header_.data_bytes());
    crc_.add(Bytes(trailer_).first(pad));
    if (verifiable_ && crc_.value() != load_digest(&trailer_[pad])) {
      go_on(handler_.data_digest_failed(header_));
      return;
    }
  }
  go_on(handler_.pdu_arrived(header_));
}

void Framer::go_on(bool alive) {
  stage_ = alive ? Stage::header : Stage::stopped;
  front_filled_ = 0;
}

}  // namespace lunet::iscsi
