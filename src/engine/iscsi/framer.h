// SPDX-License-Identifier: Apache-2.0
// Cuts a byte stream into PDUs, whatever the chunks: header, additional segments, digests, data, padding (RFC
// 7143 11.2). Data goes straight to where the handler wants it, once.
//
//   48 header | AHS | header digest || data ... | padding | data digest
//      `---- header_arrived() ----'     `-room()-'           `- pdu_arrived()
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "engine/iscsi/digest.h"
#include "engine/iscsi/pdu.h"

namespace lunet::iscsi {

/// Each call may end the connection; `false` stops the framer for good.
class PduHandler {
 public:
  virtual ~PduHandler() = default;
  /// Header and header digest are good; data may follow.
  virtual bool header_arrived(const Header& header, Bytes ahs) = 0;
  /// Where the data from `offset` on belongs: perhaps less than the rest, in which case it is asked again.
  /// Empty: nobody wants the rest; it is skipped.
  virtual MutableBytes room(std::uint32_t offset) = 0;
  /// May `room(offset)` be written by others than the framer, later?
  virtual bool direct(std::uint32_t offset) = 0;
  virtual bool pdu_arrived(const Header& header) = 0;
  virtual void header_digest_failed() = 0;
  virtual bool data_digest_failed(const Header& header) = 0;
};

class Framer {
 public:
  explicit Framer(PduHandler& handler) : handler_(handler) {}

  /// From the next PDU on.
  void use_digests(bool header, bool data) {
    header_digest_ = header;
    data_digest_ = data;
  }
  void receive(Bytes bytes);
  /// Data is under way and at least direct_bytes_min of it belong here. Stays as it is until
  /// direct_received() or receive().
  MutableBytes direct_room();
  /// The first `bytes` of the last direct_room() have been written.
  void direct_received(std::size_t bytes);

  /// Of the data of the PDU under way, how much has come.
  [[nodiscard]] std::uint32_t data_done() const { return data_done_; }

  static constexpr std::size_t direct_bytes_min = 16384;

 private:
  enum class Stage : std::uint8_t { header, data, trailer, stopped };

  std::size_t take_header(Bytes bytes);
  std::size_t take_data(Bytes bytes);
  std::size_t take_trailer(Bytes bytes);
  void header_complete();
  void advance(std::uint32_t bytes, Bytes piece);
  void trailer_complete();
  void go_on(bool alive);

  PduHandler& handler_;
  Stage stage_ = Stage::header;
  bool header_digest_ = false;
  bool data_digest_ = false;

  // The PDU under way. Digests as they were when its header arrived.
  std::array<std::uint8_t, header_bytes + ahs_bytes_max + digest_bytes> front_;
  std::size_t front_filled_ = 0;
  Header header_;
  bool checked_ = false;    ///< its data has a digest
  bool verifiable_ = true;  ///< all of the data was seen
  std::uint32_t data_done_ = 0;
  Crc32c crc_;
  std::array<std::uint8_t, 3 + digest_bytes> trailer_{};
  std::uint32_t trailer_filled_ = 0;
  std::uint32_t trailer_wanted_ = 0;
  MutableBytes direct_;
};

}  // namespace lunet::iscsi
