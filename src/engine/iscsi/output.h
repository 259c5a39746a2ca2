// SPDX-License-Identifier: Apache-2.0
// What waits to be sent: a queue of PDUs in recycled blocks, handed out as iovecs so that one system call
// takes many. Data is referenced, not copied, unless it is small.
//
// ExpCmdSN and MaxCmdSN are filled in when a PDU is first handed out, and only then the command it answers
// gives its place in the window back: who does not read our answers cannot send more commands.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "engine/iscsi/digest.h"
#include "engine/iscsi/pdu.h"
#include "engine/iscsi/sequence.h"

namespace lunet::iscsi {

/// What a PDU counts as.
enum class Account : std::uint8_t {
  none,       ///< one of several of a command
  command,    ///< ends a command that had a CmdSN of its own
  immediate,  ///< ends an immediate command, or answers nothing
};

class Output {
 public:
  explicit Output(CommandWindow& window) : window_(window) {}

  /// For PDUs pushed from now on.
  void use_digests(bool header, bool data) {
    header_digest_ = header;
    data_digest_ = data;
  }
  /// `data` is copied when it is small, else held by its owner until it is sent.
  void push(const Header& header, const Payload& data, Account account);
  void push(const Header& header, Account account) { push(header, Payload{}, account); }

  std::size_t gather(std::span<iovec> vector);
  void sent(std::size_t bytes);
  [[nodiscard]] bool empty() const { return first_ == nullptr; }
  [[nodiscard]] std::size_t pdus() const { return pdus_; }
  /// PDUs that do not hold a place in the window (Account::immediate), and their data.
  [[nodiscard]] std::size_t immediate_pdus() const { return immediate_pdus_; }
  [[nodiscard]] std::size_t immediate_bytes() const { return immediate_bytes_; }

 private:
  static constexpr std::size_t inline_data_max = 128;

  struct Pdu {
    /// Header, header digest and small data with padding and digest.
    std::array<std::uint8_t, header_bytes + digest_bytes + inline_data_max + digest_bytes> head;
    std::uint32_t head_bytes = 0;
    std::uint32_t tail_bytes = 0;
    Payload data;
    std::array<std::uint8_t, digest_bytes> digest;
    bool header_digest = false;
    bool data_digest = false;
    bool final_form = false;
    Account account = Account::none;
    Pdu* next = nullptr;
  };

  Pdu& fresh();
  void complete_header(Pdu& pdu);
  void recycle_first();

  CommandWindow& window_;
  bool header_digest_ = false;
  bool data_digest_ = false;
  std::deque<Pdu> blocks_;  ///< stable addresses; as many as were ever waiting at once
  Pdu* free_ = nullptr;
  Pdu* first_ = nullptr;
  Pdu* last_ = nullptr;
  std::size_t first_sent_ = 0;  ///< bytes of the first PDU that are sent already
  std::size_t pdus_ = 0;
  std::size_t immediate_pdus_ = 0;
  std::size_t immediate_bytes_ = 0;
};

}  // namespace lunet::iscsi
