// SPDX-License-Identifier: Apache-2.0
// For tests: a host that keeps a small disk in memory, and an initiator that speaks to a Connection without a
// network.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/iscsi/connection.h"
#include "engine/iscsi/pdu.h"

namespace lunet::iscsi::test {

/// CDB byte 0 decides: 00h GOOD, 28h reads, 2Ah writes at byte offset LBA*512 as far as the block count says,
/// 12h 36 bytes whatever is expected, 03h CHECK CONDITION with 18 bytes of sense, FFh stays with the test.
class FakeHost : public Host {
 public:
  std::variant<Admission, Refusal> admission = Admission{};
  std::optional<Refusal> session_refusal;
  bool open_at_once = true;
  bool manage_at_once = true;
  bool finish_writes = true;
  bool want_at_once = true;
  std::vector<DiscoveredTarget> targets;
  std::string disk = std::string(512 << 10, '\0');

  std::vector<LoginIdentity> admitted;
  std::vector<Command*> held;     ///< FFh, and writes when !want_at_once
  std::vector<Command*> arrived;  ///< data_arrived() when !finish_writes
  std::vector<std::uint32_t> discarded;
  std::vector<TaskManagement> managed;
  std::vector<Refusal> refused;
  std::uint8_t next_random = 0;  ///< random() counts up from here
  bool has_random = true;
  std::size_t commands = 0;
  std::size_t output_calls = 0;
  std::function<void(Connection&)> on_output;
  std::function<void(Connection&, Command&)> on_command;
  std::function<void(Connection&, Command&)> on_discard;

  std::variant<Admission, Refusal> admit(Connection& connection, const LoginIdentity& identity) override;
  bool random(Connection& connection, MutableBytes bytes) override;
  void login_refused(Connection& connection, const LoginIdentity& identity, const Refusal& refusal) override;
  void open_session(Connection& connection, const LoginIdentity& identity) override;
  std::vector<DiscoveredTarget> discover(Connection& connection, std::string_view only) override;
  void command(Connection& connection, Command& command) override;
  void data_arrived(Connection& connection, Command& command) override;
  void discard(Connection& connection, Command& command) override;
  void manage(Connection& connection, const TaskManagement& request) override;
  void output_ready(Connection& connection) override;

  /// Asks for as much as the CDB of a write says, or `bytes`.
  void want(Connection& connection, Command& command, std::optional<std::size_t> bytes = {});
  void finish_write(Connection& connection, Command& command);
  void finish_good(Connection& connection, Command& command, std::uint64_t transfer_bytes = 0);
  /// No buffers are left over.
  [[nodiscard]] bool idle() const { return buffers_.empty(); }

 private:
  void read(Connection& connection, Command& command);
  std::map<Command*, std::vector<std::uint8_t>> buffers_;
};

struct Pdu {
  Header header;
  std::string data;

  [[nodiscard]] Opcode opcode() const { return header.opcode(); }
  [[nodiscard]] std::uint8_t flags() const { return header.flags(); }
  [[nodiscard]] std::uint32_t u32(std::size_t offset) const { return header.u32(offset); }
};

/// Checks of every PDU that comes back: padding, digests, StatSN, the window.
class Initiator {
 public:
  explicit Initiator(FakeHost& host, const ConnectionLimits& limits = {});

  FakeHost& host;
  std::uint64_t now_ms = 1'000'000;
  Connection connection;
  std::size_t chunk = 0;  ///< bytes a receive(); 0: all at once
  bool direct = false;    ///< use direct_room() where it is offered
  std::uint32_t command_sn = 1000;
  std::uint32_t next_tag = 1;
  std::uint32_t max_command_sn = 0;
  std::uint32_t exp_command_sn = 0;
  bool header_digest = false;
  bool data_digest = false;

  // Sending.
  [[nodiscard]] std::string encode(Header header, std::string_view data = {},
                                   std::string_view ahs = {}) const;
  void feed(std::string_view bytes);
  void send(const Header& header, std::string_view data = {}, std::string_view ahs = {}) {
    feed(encode(header, data, ahs));
  }
  // Receiving.
  std::vector<Pdu> receive();
  Pdu receive_one();

  // Requests. Those without `immediate` take the next CmdSN and tag.
  static Header login_header(std::uint8_t flags, std::uint32_t command_sn = 1000);
  Pdu login(std::uint8_t flags, std::string_view text);
  /// A login to full feature phase in one request, with these keys.
  void log_in(std::string_view keys = {}, bool discovery = false);
  Header request(Opcode opcode, std::uint8_t flags, bool immediate = false);
  Header command(std::uint8_t flags, std::uint8_t operation, std::uint32_t expected_bytes,
                 bool immediate = false);
  Header read(std::uint32_t block, std::uint16_t blocks, std::uint32_t expected_bytes);
  Header write(std::uint32_t block, std::uint16_t blocks, std::uint32_t expected_bytes, bool final = true);
  Header management(std::uint8_t function, std::uint32_t referenced_tag, std::uint32_t referenced_sn,
                    std::uint64_t lun = 0);
  static Header data_out(std::uint32_t tag, std::uint32_t transfer_tag, std::uint32_t data_sn,
                         std::uint32_t offset, bool final);
  /// Sends the data that an R2T asks for, in pieces of `piece` bytes.
  void answer_r2t(const Pdu& r2t, std::string_view all_data, std::size_t piece);

  void tick(std::uint64_t seconds) { connection.tick(now_ms += seconds * 1000); }

 private:
  void absorb(const std::string& bytes, std::vector<Pdu>& pdus);
  void check(const Pdu& pdu);

  std::string pending_;
  std::optional<std::uint32_t> stat_sn_;
  std::minstd_rand random_{7};
};

/// "A=1|B=2|" with zero bytes for '|'.
std::string keys(std::string_view text);
/// The other way round.
std::string readable(std::string_view text);
/// Bytes that differ from place to place.
std::string pattern(std::size_t bytes, unsigned seed = 1);

inline constexpr std::string_view names =
    "InitiatorName=iqn.2026-11.org.example:host|TargetName=iqn.2026-11.org.example:disk|";

}  // namespace lunet::iscsi::test
