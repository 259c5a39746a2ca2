// SPDX-License-Identifier: Apache-2.0
// The host of a fuzzed connection: two ways in, and commands that their CDBs tell how to end. Knows which
// calls are allowed, and which bytes belong where.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "engine/iscsi/connection.h"

namespace lunet::fuzz {

inline constexpr std::string_view target_name = "iqn.2026-11.org.example:disk";
inline constexpr std::string_view chap_user = "user";
inline constexpr std::string_view chap_secret = "secret-of-12ch";

/// The byte of a write at an offset, as the initiator sends it.
inline std::uint8_t sent_byte(std::uint32_t tag, std::size_t offset) {
  return static_cast<std::uint8_t>(tag * 31 + offset * 7 + (offset >> 8U) + 1);
}
/// The byte of a read, as the host has it.
inline std::uint8_t stored_byte(std::uint32_t tag, std::size_t offset) {
  return static_cast<std::uint8_t>(~(tag * 17 + offset * 5 + (offset >> 7U)));
}

class FuzzHost final : public iscsi::Host {
 public:
  explicit FuzzHost(bool chap) {
    iscsi::NodeParameters& parameters = admission_.parameters;
    parameters.max_recv_data_segment_length = 65536;
    parameters.nopin_timeout_s = 5;
    parameters.cmdsn_depth = 8;
    admission_.authentication.required = chap;
    admission_.authentication.initiator = {std::string(chap_user), std::string(chap_secret)};
    admission_.authentication.target = {"target", "another-secret"};
  }

  bool opens_late = false;
  /// Data of writes are what sent_byte() says.
  bool tame = true;

  std::variant<iscsi::Admission, iscsi::Refusal> admit(iscsi::Connection& /*connection*/,
                                                       const iscsi::LoginIdentity& identity) override {
    require(!std::exchange(admitted_, true), "a login asks once who may enter");
    if (!identity.discovery && identity.target_name != target_name)
      return iscsi::Refusal{2, 3, "no such target"};
    return admission_;
  }
  bool random(iscsi::Connection& /*connection*/, MutableBytes bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_random_++;
    return true;
  }
  void login_refused(iscsi::Connection& /*connection*/, const iscsi::LoginIdentity& /*identity*/,
                     const iscsi::Refusal& refusal) override {
    require(refusal.status_class != 0, "a refusal says why");
  }
  void open_session(iscsi::Connection& connection, const iscsi::LoginIdentity& identity) override {
    require(identity.discovery || identity.target_name == target_name,
            "a session is with a target that there is");
    require(admitted_, "a session is of who was admitted");
    opened = true;
    if (!opens_late) connection.session_opened(7);
  }
  std::vector<iscsi::DiscoveredTarget> discover(iscsi::Connection& /*connection*/,
                                                std::string_view only) override {
    if (!only.empty() && only != target_name) return {};
    return {{std::string(target_name), {{"192.0.2.1:3260", 1}, {"[2001:db8::1]:3260", 2}}}};
  }
  void command(iscsi::Connection& connection, iscsi::Command& command) override {
    require(command.cdb_bytes >= 16 && command.cdb_bytes <= command.cdb.size(), "a CDB fits its place");
    require(opened && mine_.try_emplace(&command).second, "a command is handed over once, in a session");
    if ((command.cdb[1] & 0x01) == 0) act(connection, command);
  }
  void data_arrived(iscsi::Connection& connection, iscsi::Command& command) override {
    Mine& mine = mine_.at(&command);
    require(std::exchange(mine.state, State::arrived) == State::waiting,
            "data arrive for who waits for them");
    for (std::size_t i = 0; tame && i < mine.buffer.size(); ++i)
      require(mine.buffer[i] == sent_byte(command.initiator_task_tag, i), "data arrive as they were sent");
    if ((command.cdb[1] & 0x20) == 0) act(connection, command);
  }
  void discard(iscsi::Connection& /*connection*/, iscsi::Command& command) override {
    require(mine_.at(&command).state == State::waiting, "only who waits is discarded");
    forget(command);
  }
  void abort(iscsi::Connection& connection, iscsi::Command& command) override {
    require(mine_.contains(&command), "only who is there is aborted");
    if ((command.cdb[1] & 0x40) != 0) end(connection, command);
  }
  void manage(iscsi::Connection& connection, const iscsi::TaskManagement& request) override {
    if (request.lun % 2 == 0) connection.abort_commands(request.lun, request.initiator_task_tag % 2 == 0);
    if (request.initiator_task_tag % 3 != 0)
      return connection.management_done(request, iscsi::ManagementResponse::complete);
    later_.push_back(request);
  }
  void output_ready(iscsi::Connection& /*connection*/) override {}

  /// What was left for later.
  void go_on(iscsi::Connection& connection, std::size_t which) {
    if (!later_.empty()) {
      const iscsi::TaskManagement request = later_.back();
      later_.pop_back();
      connection.management_done(request, iscsi::ManagementResponse::no_such_lun);
    }
    if (mine_.empty()) return;
    auto one = mine_.begin();
    std::advance(one, static_cast<std::ptrdiff_t>(which % mine_.size()));
    if (one->second.state != State::waiting) act(connection, *one->first);
  }
  void finish_all(iscsi::Connection& connection) {
    while (!mine_.empty()) end(connection, *mine_.begin()->first);
  }
  [[nodiscard]] std::size_t has() const { return mine_.size(); }
  /// Buffers of commands that have ended: a reception into one may have been under way.
  void bury() { graves_.clear(); }

  bool opened = false;

 private:
  enum class State : std::uint8_t { idle, waiting, arrived };
  struct Mine {
    State state = State::idle;
    std::vector<std::uint8_t> buffer;
  };

  void act(iscsi::Connection& connection, iscsi::Command& command) {
    Mine& mine = mine_.at(&command);
    const bool refuses = (command.cdb[1] & 0x10) != 0;
    if (mine.state != State::idle || !command.writes || refuses) return end(connection, command);
    constexpr std::uint32_t bytes_max = 65536;
    const std::uint32_t all = std::min(command.expected_bytes, bytes_max);
    mine.buffer.assign((command.cdb[1] & 0x02) != 0 ? all / 3 : all, 0xDD);
    // The state first: data may arrive, or the command be discarded, before the call returns.
    mine.state = State::waiting;
    connection.want_data(command, mine.buffer);
  }
  void end(iscsi::Connection& connection, iscsi::Command& command) {
    auto data = std::make_shared<std::string>(load_be16(&command.cdb[2]), '\0');
    for (std::size_t i = 0; i < data->size(); ++i)
      (*data)[i] = static_cast<char>(stored_byte(command.initiator_task_tag, i));
    const std::vector<std::uint8_t> sense((command.cdb[1] & 0x08) != 0 ? 18 : 0, 0x70);
    iscsi::Completion completion;
    completion.status = sense.empty() ? 0 : 2;
    completion.sense = sense;
    completion.transfer_bytes = (command.cdb[1] & 0x04) != 0 ? load_be32(&command.cdb[4]) : data->size();
    if (!data->empty()) completion.data_in = {as_bytes(*data), data};
    forget(command);
    connection.finish(command, completion);
  }
  void forget(iscsi::Command& command) {
    graves_.push_back(std::move(mine_.at(&command).buffer));
    mine_.erase(&command);
  }

  iscsi::Admission admission_;
  bool admitted_ = false;
  std::uint8_t next_random_ = 0;
  std::map<iscsi::Command*, Mine> mine_;
  std::vector<std::vector<std::uint8_t>> graves_;
  std::vector<iscsi::TaskManagement> later_;
};

}  // namespace lunet::fuzz
