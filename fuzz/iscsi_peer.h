// SPDX-License-Identifier: Apache-2.0
// The initiator's side of a fuzzed connection: PDUs as bytes, and what must hold of everything that comes
// back (RFC 7143).
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "check.h"
#include "engine/iscsi/digest.h"
#include "engine/iscsi/pdu.h"
#include "engine/iscsi/sequence.h"
#include "iscsi_host.h"

namespace lunet::fuzz {

using iscsi::Header;
using iscsi::Opcode;
namespace field = iscsi::field;
namespace flag = iscsi::flag;

/// What an R2T asks for and was not sent yet.
struct Solicited {
  std::uint32_t tag = 0;
  std::uint32_t transfer_tag = 0;
  std::uint32_t offset = 0;
  std::uint32_t end = 0;
  std::uint32_t data_sn = 0;
};

class Peer {
 public:
  bool wild = false;              ///< bytes were sent that are no PDUs of ours: who knows what they asked for
  std::uint32_t segment_max = 0;  ///< that was declared; 0: not known
  std::uint32_t exp_command_sn = 0;
  std::uint32_t max_command_sn = 0;
  std::deque<Solicited> solicited;
  std::string login_text;  ///< all answers of the login

  /// `damaged`: with wrong digests, where there are any.
  [[nodiscard]] std::string encode(Header header, std::string_view ahs, std::string_view data, bool damaged) {
    header.set_data_bytes(static_cast<std::uint32_t>(data.size()));
    header.raw[4] = static_cast<std::uint8_t>(ahs.size() / 4);
    note(header, ahs);
    std::string bytes(as_text(header.raw));
    bytes += ahs;
    if (header_digest_) bytes += digest_of(bytes);
    if (damaged && header_digest_) bytes.back() = static_cast<char>(~bytes.back());
    std::string segment(data);
    segment.append(iscsi::pad_bytes(static_cast<std::uint32_t>(data.size())), '\0');
    bytes += segment;
    if (!data_digest_ || data.empty()) return bytes;
    bytes += digest_of(segment);
    if (damaged) bytes.back() = static_cast<char>(~bytes.back());
    return bytes;
  }

  void take(std::string_view bytes) {
    pending_ += bytes;
    while (take_pdu()) {
    }
  }
  void check_end() const { require(pending_.empty(), "whole PDUs are sent"); }

 private:
  /// Requests and answers of one kind and tag, and the commands among them.
  struct Tag {
    std::map<Opcode, std::uint32_t> requests;
    std::map<Opcode, std::uint32_t> answers;
    std::uint32_t expected = 0;  ///< the largest Expected Data Transfer Length of any command
    std::uint32_t in_offset = 0;
    std::optional<std::uint32_t> data_sn;
  };

  static std::string digest_of(std::string_view bytes) {
    iscsi::Crc32c crc;
    crc.add(as_bytes(bytes));
    std::uint8_t wire[iscsi::digest_bytes];
    iscsi::store_digest(wire, crc.value());
    return std::string(as_text(wire));
  }

  void note(const Header& header, std::string_view ahs) {
    Tag& tag = tags_[header.task_tag()];
    ++tag.requests[header.opcode()];
    if (header.opcode() != Opcode::scsi_command) return;
    tag.expected = std::max(tag.expected, header.u32(20));
    // Any other additional header may have a length anywhere.
    if (!ahs.empty())
      tag.expected = std::max(tag.expected, ahs.size() == 8 ? load_be32(&as_bytes(ahs)[4]) : UINT32_MAX);
  }

  bool take_pdu() {
    const std::size_t head = iscsi::header_bytes + (header_digest_ ? iscsi::digest_bytes : 0);
    if (pending_.size() < head) return false;
    Header header;
    std::memcpy(header.raw.data(), pending_.data(), iscsi::header_bytes);
    const std::uint32_t size = header.data_bytes();
    const std::size_t padded = size + iscsi::pad_bytes(size);
    const std::size_t digest = data_digest_ && size > 0 ? iscsi::digest_bytes : 0;
    require(header.ahs_bytes() == 0, "we send no additional headers");
    require(size <= (segment_max != 0 ? segment_max : iscsi::segment_bytes_limit),
            "a segment is no larger than declared");
    if (pending_.size() < head + padded + digest) return false;
    const std::string bytes = pending_.substr(0, head + padded + digest);
    pending_.erase(0, bytes.size());
    const std::string_view all = bytes;
    require(!header_digest_ ||
                all.substr(iscsi::header_bytes, 4) == digest_of(all.substr(0, iscsi::header_bytes)),
            "header digests are right");
    const std::string_view segment = all.substr(head, padded);
    require(digest == 0 || all.substr(head + padded) == digest_of(segment), "data digests are right");
    require(segment.substr(size).find_first_not_of('\0') == std::string_view::npos, "padding is zeros");
    check_numbers(header);
    check(header, segment.substr(0, size));
    return true;
  }

  /// Every answer has a StatSN of its own; pings, R2Ts and data without status tell the next one.
  void check_numbers(const Header& header) {
    const bool ping = header.opcode() == Opcode::nop_in && header.task_tag() == iscsi::no_tag;
    if (header.opcode() != Opcode::data_in || header.has(flag::status)) {
      const std::uint32_t stat_sn = header.u32(field::stat_sn);
      require(!stat_sn_ || stat_sn == *stat_sn_, "StatSN counts");
      stat_sn_ = stat_sn + (ping || header.opcode() == Opcode::r2t ? 0 : 1);
    }
    const std::uint32_t expected = header.u32(field::exp_command_sn);
    const std::uint32_t max = header.u32(field::max_command_sn);
    require(!numbered_ || !iscsi::serial_less(expected, exp_command_sn), "ExpCmdSN does not go back");
    require(!numbered_ || !iscsi::serial_less(max, max_command_sn), "MaxCmdSN does not go back");
    require(!iscsi::serial_less(max, expected - 1), "the window is no less than empty");
    numbered_ = true;
    exp_command_sn = expected;
    max_command_sn = max;
  }

  void check(const Header& header, std::string_view data) {
    switch (header.opcode()) {
      case Opcode::login_response:
        // A refusal may be about another request, which is not allowed during a login.
        if (header.u16(36) == 0) answers(Opcode::login, header);
        require(!std::exchange(refused_, header.u16(36) != 0), "a refusal is the end");
        return take_login(header, data);
      case Opcode::nop_in:
        if (header.task_tag() != iscsi::no_tag) answers(Opcode::nop_out, header);
        return;
      case Opcode::text_response: return answers(Opcode::text, header);
      case Opcode::logout_response: return answers(Opcode::logout, header);
      case Opcode::task_management_response: return answers(Opcode::task_management, header);
      case Opcode::scsi_response:
        require(data.empty() || (data.size() >= 2 && load_be16(as_bytes(data).data()) == data.size() - 2),
                "sense data have their length");
        tags_[header.task_tag()].data_sn.reset();
        return answers(Opcode::scsi_command, header);
      case Opcode::data_in: return take_data(header, data);
      case Opcode::r2t: return take_r2t(header, data);
      case Opcode::reject:
        return require(data.size() == iscsi::header_bytes, "a Reject has the header of what it is about");
      default: require(false, "a PDU of targets");
    }
  }

  void answers(Opcode request, const Header& header) {
    Tag& tag = tags_[header.task_tag()];
    require(++tag.answers[request] <= tag.requests[request] || wild, "a request is answered once");
  }

  void take_login(const Header& header, std::string_view data) {
    login_text += data;
    const bool last = header.u16(36) == 0 && header.has(flag::transit) && (header.flags() & 3) == 3;
    if (!last) return;
    const std::string text = '\0' + login_text;
    using namespace std::string_literals;
    header_digest_ = text.find("\0HeaderDigest=CRC32C\0"s) != std::string::npos;
    data_digest_ = text.find("\0DataDigest=CRC32C\0"s) != std::string::npos;
  }

  void take_data(const Header& header, std::string_view data) {
    Tag& tag = tags_[header.task_tag()];
    const std::uint32_t offset = header.u32(field::buffer_offset);
    const std::uint32_t data_sn = header.u32(field::data_sn);
    if (!tag.data_sn) tag.in_offset = 0;
    require(offset == tag.in_offset && (!tag.data_sn || data_sn == *tag.data_sn), "data come in order");
    tag.in_offset += static_cast<std::uint32_t>(data.size());
    tag.data_sn = data_sn + 1;
    require(!data.empty(), "Data-In has data");
    require(wild || tag.in_offset <= tag.expected, "no more data come than are expected");
    for (std::size_t i = 0; i < data.size(); ++i)
      require(static_cast<std::uint8_t>(data[i]) == stored_byte(header.task_tag(), offset + i),
              "data are those of the command");
    if (!header.has(flag::status)) return;
    tag.data_sn.reset();
    answers(Opcode::scsi_command, header);
  }

  void take_r2t(const Header& header, std::string_view data) {
    const Solicited one{header.task_tag(), header.transfer_tag(), header.u32(field::buffer_offset),
                        header.u32(field::buffer_offset) + header.u32(44), 0};
    require(data.empty() && header.u32(44) > 0 && header.transfer_tag() != iscsi::no_tag,
            "an R2T asks for something");
    require(wild || one.end <= tags_[one.tag].expected, "no more data are asked for than there are");
    solicited.push_back(one);
  }

  bool header_digest_ = false;
  bool data_digest_ = false;
  bool numbered_ = false;
  bool refused_ = false;
  std::optional<std::uint32_t> stat_sn_;
  std::map<std::uint32_t, Tag> tags_;
  std::string pending_;
};

}  // namespace lunet::fuzz
