// SPDX-License-Identifier: Apache-2.0
// The stream of an initiator to a target, with CHAP or without: any bytes, or PDUs that mostly keep to the
// rules, after a login or from the first byte. The connection ends or goes on, answers in well-formed PDUs,
// each request once, with the data of the command, in bounded memory.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "engine/iscsi/binary_value.h"
#include "engine/iscsi/chap_digest.h"
#include "input.h"
#include "iscsi_host.h"
#include "iscsi_peer.h"
#include "memory.h"

namespace lunet::fuzz {
namespace {

constexpr int steps_max = 256;
constexpr std::size_t memory_max = std::size_t{24} << 20;

iscsi::ConnectionLimits limits() {
  iscsi::ConnectionLimits limits;
  limits.text_bytes_max = 8192;
  limits.commands_max = 16;
  limits.early_bytes_max = 65536;
  limits.output_pdus_max = 512;
  return limits;
}

std::string zeros(std::string_view text) {
  std::string bytes(text);
  std::replace(bytes.begin(), bytes.end(), '|', '\0');
  return bytes;
}

std::string data_of(std::uint32_t tag, std::uint32_t offset, std::size_t size) {
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(sent_byte(tag, offset + i));
  return data;
}

class Session {
 public:
  Session(Input& input, bool chap)
      : input_(input), host_(chap), chap_(chap), connection_(host_, limits(), now_ms_) {}

  void raw();
  void log_in(std::uint8_t choice);
  void run();
  void end();

 private:
  enum Choice : std::uint8_t {
    stays_unread = 0x01,
    patched = 0x02,
    damaged = 0x04,
    misnumbered = 0x08,
    immediate = 0x10,
    direct = 0x20,
    in_pieces = 0x40,
    not_final = 0x80,
  };

  void step();
  void request(std::uint8_t kind);
  void command(std::uint8_t flags);
  void answer_r2t();
  void unsolicited();
  void login();
  [[nodiscard]] std::string proof() const;
  Header fresh(Opcode opcode, std::uint8_t flags);
  void send(Header header, std::string_view data, std::string_view ahs = {});
  void feed(std::string_view bytes);
  void read_answers(std::size_t bytes_max = SIZE_MAX);
  void drop();

  Input& input_;
  FuzzHost host_;
  Peer peer_;
  bool chap_;
  std::uint64_t now_ms_ = 1'000'000;
  iscsi::Connection connection_;
  bool dropped_ = false;
  std::uint8_t choice_ = 0;
  std::uint32_t command_sn_ = 1000;
};

/// Nothing but bytes.
void Session::raw() {
  peer_.wild = true;
  host_.tame = false;
  choice_ = input_.byte();
  while (!input_.empty() && !connection_.finished()) {
    feed(as_text(input_.take(1 + std::size_t{choice_} * 8)));
    read_answers();
  }
}

void Session::log_in(std::uint8_t choice) {
  std::string text = "InitiatorName=iqn.2026-11.org.example:host|";
  text += (choice & 0x20) != 0 ? "SessionType=Discovery|" : "TargetName=" + std::string(target_name) + "|";
  std::string keys = "X-a=b|";
  if ((choice & 0x01) != 0) keys += "HeaderDigest=CRC32C,None|";
  if ((choice & 0x02) != 0) keys += "DataDigest=CRC32C|";
  if ((choice & 0x04) != 0) keys += "InitialR2T=No|";
  if ((choice & 0x08) != 0) keys += "ImmediateData=No|";
  if ((choice & 0x10) != 0) keys += "MaxRecvDataSegmentLength=512|MaxBurstLength=2048|FirstBurstLength=1024|";
  if ((choice & 0x40) != 0) keys += "MaxOutstandingR2T=4|";
  peer_.segment_max = (choice & 0x10) != 0 ? 512 : iscsi::segment_bytes_default;
  constexpr std::uint8_t security = 0x00;
  constexpr std::uint8_t operational = 0x04;
  const auto say = [&](std::uint8_t flags, const std::string& words) {
    send(fresh(Opcode::login, flags), zeros(words));
    read_answers();
  };
  if (chap_) {
    say(security, text + "AuthMethod=CHAP|");
    say(security, "CHAP_A=7|");
    say(security | flag::transit | 1, proof());
    say(operational | flag::transit | 3, keys);
  } else {
    say(operational | flag::transit | 3, text + keys);
  }
  require(connection_.full_feature() && host_.opened, "who logs in as one should is in");
}

/// CHAP_N and CHAP_R for the challenge that came.
std::string Session::proof() const {
  const auto value = [this](std::string_view key) -> std::string {
    const std::size_t at = peer_.login_text.rfind(key);
    if (at == std::string::npos) return "";
    const std::size_t begin = at + key.size();
    return peer_.login_text.substr(begin, peer_.login_text.find('\0', begin) - begin);
  };
  const auto challenge = iscsi::decode_binary(value("CHAP_C="), 1024);
  const std::string identifier = value("CHAP_I=");
  if (!challenge || identifier.empty() || identifier.size() > 3) return "";
  const auto number = static_cast<std::uint8_t>(std::atoi(identifier.c_str()));
  const auto response = iscsi::chap_response(iscsi::ChapAlgorithm::sha256, number, chap_secret, *challenge);
  return "CHAP_N=" + std::string(chap_user) + "|CHAP_R=" + iscsi::encode_binary(*response) + "|";
}

void Session::run() {
  for (int i = 0; i < steps_max && !input_.empty() && !connection_.finished(); ++i) step();
}

void Session::step() {
  const std::uint8_t kind = input_.byte() % 16;
  choice_ = input_.byte();
  switch (kind) {
    case 12: host_.go_on(connection_, choice_); break;
    case 13: connection_.tick(now_ms_ += std::uint64_t{choice_} * 100); break;
    case 14:
      if (choice_ == 0xFF) drop();
      if (choice_ % 4 == 1) connection_.abort_commands(choice_ / 64, (choice_ & 0x20) != 0);
      if (choice_ % 4 == 2) read_answers(1 + choice_);
      if (choice_ == 3 && host_.opened) connection_.session_opened(8);
      return;
    case 15:
      peer_.wild = true;
      host_.tame = false;
      feed(as_text(input_.take(input_.number() % 512)));
      break;
    default: request(kind);
  }
  if ((choice_ & stays_unread) == 0) read_answers();
}

void Session::request(std::uint8_t kind) {
  const std::uint8_t final = (choice_ & not_final) != 0 ? 0 : flag::final;
  switch (kind) {
    case 0: return command(flag::read);
    case 1: return command(flag::write);
    case 2: return command(flag::read | flag::write);
    case 3: {
      const Header header = fresh(Opcode::nop_out, flag::final);
      return send(header, std::string(input_.number() % 9000, 'n'));
    }
    case 4:
      return send(fresh(Opcode::text, final != 0 ? final : flag::resume),
                  as_text(input_.take(input_.number())));
    case 5: {
      Header header =
          fresh(Opcode::task_management, static_cast<std::uint8_t>(flag::final | input_.byte() % 10));
      header.set_u32(field::transfer_tag, input_.byte() % 8);
      header.set_u32(32, command_sn_ - 1 - input_.byte() % 4);
      return send(header, {});
    }
    case 6: return answer_r2t();
    case 7: return unsolicited();
    case 8:
      return send(fresh(Opcode::logout, static_cast<std::uint8_t>(flag::final | input_.byte() % 4)), {});
    case 9: {
      Header header;
      const Bytes raw = input_.take(iscsi::header_bytes);
      std::copy(raw.begin(), raw.end(), header.raw.begin());
      return send(header, as_text(input_.take(input_.number())), as_text(input_.take(input_.byte() / 4 * 4)));
    }
    case 10: return login();
    default: {
      Header header = fresh(static_cast<Opcode>(input_.byte() & 0x3F), input_.byte());
      return send(header, as_text(input_.take(input_.byte())));
    }
  }
}

/// Opcode, flags, a small tag, and the next number.
Header Session::fresh(Opcode opcode, std::uint8_t flags) {
  Header header(opcode, flags);
  header.set_u32(field::task_tag, opcode == Opcode::login ? 1 : input_.byte() % 16);
  header.set_u32(field::transfer_tag,
                 opcode == Opcode::login || opcode == Opcode::logout ? 0 : iscsi::no_tag);
  const bool now = (choice_ & immediate) != 0 || opcode == Opcode::login;
  if (opcode == Opcode::scsi_command || opcode == Opcode::task_management) header.raw[9] = input_.byte() % 3;
  if (now) {
    header.raw[0] |= 0x40;
  } else if (iscsi::serial_less(peer_.max_command_sn, command_sn_)) {
    command_sn_ = peer_.exp_command_sn;  // some were not taken
  }
  header.set_u32(field::command_sn, command_sn_);
  if (!now && opcode != Opcode::data_out) ++command_sn_;
  return header;
}

void Session::command(std::uint8_t flags) {
  const bool open = (choice_ & not_final) != 0;
  Header header =
      fresh(Opcode::scsi_command, static_cast<std::uint8_t>(flags | 1 | (open ? 0 : flag::final)));
  const std::uint32_t expected = input_.number();
  header.set_u32(20, expected);
  const Bytes cdb = input_.take(6);
  std::copy(cdb.begin(), cdb.end(), &header.raw[32]);
  std::string ahs;
  if (header.raw[32] >= 0xE0) {
    ahs = as_text(input_.take(input_.byte() / 4 * 4));
  } else if ((flags & flag::read) != 0 && (flags & flag::write) != 0) {
    ahs = std::string("\0\5\2\0", 4) +
          std::string(4, '\0');  // Bidirectional Read Expected Data Transfer Length
    ahs[6] = static_cast<char>(input_.byte());
    ahs[7] = static_cast<char>(input_.byte());
  }
  const std::size_t size = (flags & flag::write) != 0 ? input_.number() % 17000 : 0;
  send(header, std::string(std::min<std::size_t>(size, expected), '\0'), ahs);
}

void Session::answer_r2t() {
  if (peer_.solicited.empty()) return;
  const std::size_t which = input_.byte() % 4 == 3 ? peer_.solicited.size() - 1 : 0;
  Solicited& one = peer_.solicited[which];
  const std::uint32_t left = one.end - one.offset;
  const std::uint32_t size = std::min<std::uint32_t>(left, 1U + input_.number());
  Header header(Opcode::data_out, size == left ? flag::final : 0);
  header.set_u32(field::task_tag, one.tag);
  header.set_u32(field::transfer_tag, one.transfer_tag);
  header.set_u32(field::data_sn, one.data_sn++);
  header.set_u32(field::buffer_offset, one.offset);
  one.offset += size;
  if (size == left) peer_.solicited.erase(peer_.solicited.begin() + static_cast<std::ptrdiff_t>(which));
  send(header, std::string(size, '\0'));
}

void Session::unsolicited() {
  Header header = fresh(Opcode::data_out, (choice_ & not_final) != 0 ? 0 : flag::final);
  header.set_u32(field::data_sn, input_.byte() % 4);
  header.set_u32(field::buffer_offset, input_.number());
  send(header, std::string(input_.number() % 20000, '\0'));
}

/// A login request, or one that is too late.
void Session::login() {
  Header header = fresh(Opcode::login, input_.byte());
  const std::string text(as_text(input_.take(input_.number())));
  send(header, zeros(text) + ((choice_ & direct) != 0 ? zeros(proof()) : ""));
}

void Session::send(Header header, std::string_view data, std::string_view ahs) {
  if ((choice_ & misnumbered) != 0)
    header.set_u32(field::command_sn, header.command_sn() + input_.byte() % 8 - 3);
  if ((choice_ & patched) != 0) {
    const std::size_t at = input_.byte() % iscsi::header_bytes;
    header.raw[at] = input_.byte();
  }
  // Whatever has become of the header: the data of a write are those of its tag and place.
  std::string written;
  const bool begins = header.opcode() == Opcode::scsi_command;
  if (begins || header.opcode() == Opcode::data_out) {
    written = data_of(header.task_tag(), begins ? 0 : header.u32(field::buffer_offset), data.size());
    data = written;
  }
  feed(peer_.encode(header, ahs, data, (choice_ & damaged) != 0));
}

void Session::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const MutableBytes room = (choice_ & direct) != 0 ? connection_.direct_room() : MutableBytes();
    std::size_t size = bytes.size();
    // With the header alone, the rest may be large enough to be received where it belongs.
    if ((choice_ & direct) != 0 && room.empty()) size = std::min<std::size_t>(size, 512);
    if ((choice_ & in_pieces) != 0) size = std::min<std::size_t>(size, 1U + input_.byte() * 128U);
    if (room.empty()) {
      // A copy of its own, so that the sanitizer sees any byte read beyond it.
      const std::vector<std::uint8_t> copy(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      connection_.receive(copy);
    } else {
      size = std::min(size, room.size());
      // The host does something while the reception is under way.
      if ((choice_ & (in_pieces | patched)) == (in_pieces | patched))
        connection_.abort_commands(0, size % 2 == 0);
      std::memcpy(room.data(), bytes.data(), size);
      connection_.direct_received(size);
    }
    bytes.remove_prefix(size);
  }
  host_.bury();
}

void Session::read_answers(std::size_t bytes_max) {
  for (std::size_t done = 0; connection_.has_output() && done < bytes_max;) {
    std::array<iovec, 5> vector;
    const std::size_t entries = connection_.gather(vector);
    require(entries > 0, "output is to be had");
    std::string batch;
    for (std::size_t i = 0; i < entries; ++i) {
      require(vector[i].iov_len > 0, "an entry has bytes");
      batch.append(static_cast<const char*>(vector[i].iov_base), vector[i].iov_len);
    }
    batch.resize(std::min(batch.size(), bytes_max - done));
    peer_.take(batch);
    connection_.sent(batch.size());
    done += batch.size();
  }
}

/// What was being sent is left where it is.
void Session::drop() {
  connection_.drop("the host wants it");
  dropped_ = true;
  require(!connection_.has_output(), "nothing is sent after that");
}

void Session::end() {
  read_answers();
  if (!dropped_) peer_.check_end();
  require(connection_.finished() || connection_.running() == host_.has(), "the host has what is running");
  if ((choice_ & immediate) != 0) drop();
  host_.finish_all(connection_);
  require(connection_.running() == 0, "what is finished does not run");
  read_answers();
  if (!dropped_) peer_.check_end();
}

}  // namespace
}  // namespace lunet::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace lunet::fuzz;
  enum Way : std::uint8_t { chap = 1, after_login = 2, raw_bytes = 4 };
  const MemoryMeter meter;
  Input input(data, size);
  const std::uint8_t way = input.byte();
  Session session(input, (way & chap) != 0);
  if ((way & after_login) != 0) session.log_in(input.byte());
  if ((way & raw_bytes) != 0) {
    session.raw();
  } else {
    session.run();
  }
  session.end();
  require(meter.peak() <= memory_max + 64 * size, "memory is bounded");
  return 0;
}
