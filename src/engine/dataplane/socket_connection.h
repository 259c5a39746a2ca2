// SPDX-License-Identifier: Apache-2.0
// One initiator's TCP connection: bytes between the reactor and the iSCSI protocol, commands between the
// protocol and the disks. Lives on one worker's thread and is destroyed by it when nothing is under way any
// more.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "engine/dataplane/access.h"
#include "engine/dataplane/address.h"
#include "engine/dataplane/connection_gate.h"
#include "engine/dataplane/drain.h"
#include "engine/dataplane/running_task.h"
#include "engine/dataplane/session_info.h"
#include "engine/dataplane/session_registry.h"
#include "engine/dataplane/surroundings.h"

namespace lunet::dataplane {

class Worker;

/// Why the commands of all nexuses to a logical unit are over (RFC 7143 11.5.1).
enum class Clearing : std::uint8_t { reset, clear_task_set };

class SocketConnection final : public iscsi::Host, public TaskOwner {
 public:
  /// `portal` is the listener's configured address.
  SocketConnection(Worker& worker, std::uint64_t id, Accepted accepted);
  ~SocketConnection() override;

  void start();
  /// New snapshot: LUNs may have come and gone, the initiator may not be welcome any more. What is over and
  /// still under way here holds `drain`.
  void refresh(Drain& drain);
  /// The session may not stay. What is under way holds `drain` until it has ended.
  void leave(Drain& drain, std::string_view why);
  void tick(std::uint64_t now_ms);
  /// Sends what is ready, in one system call.
  void flush();
  void drop(std::string_view why);
  /// The commands to `disk` here are over; `barrier` is held by those that still run. `issuer` says that the
  /// request came through this connection.
  void clear_tasks(const Disk& disk, Clearing why, bool issuer, const std::shared_ptr<void>& barrier);
  /// What a command to `disk` did to the other nexuses.
  void feel(const Disk& disk, const scsi::Effects& effects, bool issuer,
            const std::shared_ptr<void>& barrier);
  void management_done(const iscsi::TaskManagement& request, iscsi::ManagementResponse response);
  /// The registry made room for the session.
  void session_ready(std::uint16_t tsih, SessionRegistry::Past past);
  [[nodiscard]] std::optional<SessionInfo> info() const;
  [[nodiscard]] std::uint64_t id() const { return id_; }

  // TaskOwner
  reactor::Reactor& reactor() override;
  Buffer take_buffer(std::size_t size) override;
  iscsi::Connection& protocol() override { return protocol_; }
  [[nodiscard]] const LunTable& luns() const override { return luns_; }
  [[nodiscard]] const scsi::Surroundings& surroundings() const override { return surroundings_; }
  void save_reservations(const scsi::Unit& unit, std::string text, std::function<void(int)> done) override;
  void spread(const std::shared_ptr<Disk>& disk, const scsi::Effects& effects,
              const std::shared_ptr<void>& barrier) override;
  void answering(std::size_t bytes) override { unsent_bytes_ += bytes; }
  void task_ended(RunningTask& task) override;

 private:
  // iscsi::Host
  std::variant<iscsi::Admission, iscsi::Refusal> admit(iscsi::Connection& connection,
                                                       const iscsi::LoginIdentity& identity) override;
  bool random(iscsi::Connection& connection, MutableBytes bytes) override;
  void login_refused(iscsi::Connection& connection, const iscsi::LoginIdentity& identity,
                     const iscsi::Refusal& refusal) override;
  void open_session(iscsi::Connection& connection, const iscsi::LoginIdentity& identity) override;
  std::vector<iscsi::DiscoveredTarget> discover(iscsi::Connection& connection,
                                                std::string_view only) override;
  void command(iscsi::Connection& connection, iscsi::Command& command) override;
  void data_arrived(iscsi::Connection& connection, iscsi::Command& command) override;
  void discard(iscsi::Connection& connection, iscsi::Command& command) override;
  void abort(iscsi::Connection& connection, iscsi::Command& command) override;
  void manage(iscsi::Connection& connection, const iscsi::TaskManagement& request) override;
  void output_ready(iscsi::Connection& connection) override;

  [[nodiscard]] std::shared_ptr<void> answer_when_released(const iscsi::TaskManagement& request);
  void abort_task_set(const SessionLun& lun, const std::shared_ptr<void>& barrier);
  void abort_for_others(const SessionLun& lun, const std::shared_ptr<void>& barrier);
  void hold_commands(Drain& drain);
  void abort_what_changed(const std::vector<std::shared_ptr<SessionLun>>& before);
  /// The world may have changed since admit(): a proof is worth what is asked for now.
  [[nodiscard]] std::variant<Grant, iscsi::Refusal> admit_again(const iscsi::LoginIdentity& identity) const;
  void arm_receive();
  void received(int result);
  void sent(int result);
  void all_sent();
  void close_if_over();
  void log_end();
  [[nodiscard]] bool output_full() const;
  [[nodiscard]] std::string resolve(const std::string& portal) const;

  struct Receive final : reactor::Operation {
    explicit Receive(SocketConnection& connection) : owner(connection) {}
    void done(int result) override { owner.received(result); }
    SocketConnection& owner;
    bool pending = false;
    bool direct = false;
    // Commands that were given up while bytes may still arrive in their buffers.
    std::vector<std::shared_ptr<RunningTask>> kept;
  };
  struct Send final : reactor::Operation {
    explicit Send(SocketConnection& connection) : owner(connection) {}
    void done(int result) override { owner.sent(result); }
    SocketConnection& owner;
    bool pending = false;
  };

  // Until the login is done, and after.
  static constexpr std::size_t login_receive_bytes = 8192;
  static constexpr std::size_t receive_bytes = 65536;
  static constexpr std::size_t vector_entries_max = 256;
  // A peer that sends commands but takes no answers is not read from above this.
  static constexpr std::size_t unsent_bytes_max = std::size_t{8} << 20;

  Worker& worker_;
  const std::uint64_t id_;
  std::optional<ConnectionGate::Place> place_;
  Fd socket_;
  const std::string portal_;
  Address local_;
  Address peer_;
  MemoryBudget memory_;  // before all that holds buffers
  iscsi::Connection protocol_;
  LunTable luns_;
  SnapshotSurroundings surroundings_;
  iscsi::Admission admitted_;
  bool login_refused_ = false;
  std::shared_ptr<const Tpg> tpg_;  // of a session that is logged in
  std::optional<SessionRegistry::Key> session_key_;
  std::uint64_t session_ = 0;
  bool session_started_ = false;
  Drain::Hold leaving_;  // of a session that may not stay
  std::vector<RunningTask*> tasks_;
  std::vector<std::uint8_t> receive_buffer_;
  std::array<iovec, vector_entries_max> vector_{};
  msghdr message_{};
  std::size_t unsent_bytes_ = 0;
  bool flush_queued_ = false;
  bool closing_ = false;
  bool over_ = false;  // nothing is under way any more, the worker will destroy this
  Receive receive_{*this};
  Send send_{*this};
};

}  // namespace lunet::dataplane
