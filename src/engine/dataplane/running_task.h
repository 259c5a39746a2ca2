// SPDX-License-Identifier: Apache-2.0
// One SCSI command on its way between the protocol (iscsi), the emulation (scsi) and the disk (backstore).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/backstore/backstore.h"
#include "engine/backstore/pass_through.h"
#include "engine/dataplane/buffer_pool.h"
#include "engine/dataplane/lun_table.h"
#include "engine/dataplane/peer_lun.h"
#include "engine/iscsi/connection.h"
#include "engine/reactor/reactor.h"
#include "engine/scsi/task.h"

namespace lunet::dataplane {

/// Where tasks of one connection report to.
class TaskOwner {
 public:
  virtual ~TaskOwner() = default;
  virtual reactor::Reactor& reactor() = 0;
  /// Empty: there is no memory, or this connection has its share.
  virtual Buffer take_buffer(std::size_t size) = 0;
  virtual iscsi::Connection& protocol() = 0;
  /// What the session sees now.
  [[nodiscard]] virtual const LunTable& luns() const = 0;
  [[nodiscard]] virtual const scsi::Surroundings& surroundings() const = 0;
  /// Makes the reservations of a unit durable; `done` with 0 or -errno, on the reactor.
  virtual void save_reservations(const scsi::Unit& unit, std::string text, std::function<void(int)> done) = 0;
  /// Lets the other nexuses of the disk feel what the command did; those that have not yet hold `barrier`.
  virtual void spread(const std::shared_ptr<Disk>& disk, const scsi::Effects& effects,
                      const std::shared_ptr<void>& barrier) = 0;
  /// This many bytes are about to be queued for the initiator.
  virtual void answering(std::size_t bytes) = 0;
  /// The task is over; the owner forgets it.
  virtual void task_ended(class RunningTask& task) = 0;
};

class RunningTask final : public backstore::Request,
                          public TaskSet::Member,
                          private scsi::Neighbours,
                          public std::enable_shared_from_this<RunningTask> {
 public:
  /// `lun` may be null: nothing is mapped there, and `port` is where it was asked for.
  RunningTask(TaskOwner& owner, iscsi::Command& command, std::shared_ptr<SessionLun> lun,
              std::shared_ptr<const std::vector<std::uint16_t>> luns, scsi::Port port);
  ~RunningTask() override;

  /// Runs the command as far as it goes, once its task attribute allows; the task keeps itself alive until it
  /// ended.
  void start();
  /// The data-out asked for is there.
  void data_arrived();
  /// The protocol gave the command up while it was waiting for data.
  void discard();
  /// The protocol gave the command up: it ends at once when it waits for others, else after the request that
  /// is with the disk.
  void abort();
  /// Held until the task has ended: a LUN RESET waits for what was running, control for what uses a disk.
  void hold_until_end(std::shared_ptr<void> hold) { holds_.push_back(std::move(hold)); }
  /// The LUN as it was when the command arrived; null without one, and when the task is over.
  [[nodiscard]] const LunMapping* mapping() const { return lun_ ? &lun_->mapping : nullptr; }

  /// What it copies between, besides.
  [[nodiscard]] const std::vector<std::unique_ptr<PeerLun>>& peers() const { return peers_; }

  std::size_t index = 0;  ///< in the owner's list

 private:
  void done(int result) override;
  void admitted() override;
  const scsi::Peer* find(Bytes naa) override;
  [[nodiscard]] Disk& disk_of(const scsi::Io& io) const;
  void begin();
  bool end_waiting();
  [[nodiscard]] bool take_turn();
  void granted_turn();
  void start_effects();
  void saved(int result);
  void spread_effects();
  void effects_done();
  void resume();
  void run(scsi::Step step);
  [[nodiscard]] bool acquire(Disk& disk, std::uint64_t from, std::uint64_t bytes, bool exclusive);
  [[nodiscard]] bool may_change();
  void granted_range();
  void release_range();
  bool take_data_buffer();
  bool submit_io();
  bool start_passing();
  void passed(int result);
  void finish();
  void leave_disk();
  void count();
  void end();

  struct Range final : RangeLocks::Holder {
    explicit Range(RunningTask& task) : owner(task) {}
    void granted() override { owner.granted_range(); }
    RunningTask& owner;
    Disk* disk = nullptr;  ///< whose blocks they are
    bool waits = false;
    bool held = false;
  };

  struct Passing final : backstore::ScsiRequest {
    explicit Passing(RunningTask& task) : owner(task) {}
    void passed(int result) override { owner.passed(result); }
    RunningTask& owner;
  };

  struct Turn final : TaskSet::Member {
    explicit Turn(RunningTask& task) : owner(task) { attribute = TaskAttribute::ordered; }
    void admitted() override { owner.granted_turn(); }
    RunningTask& owner;
    bool waits = false;
    bool held = false;
  };

  TaskOwner& owner_;
  iscsi::Command* command_;
  std::shared_ptr<SessionLun> lun_;
  std::shared_ptr<const std::vector<std::uint16_t>> luns_;
  scsi::Port port_;
  scsi::Task task_;
  Buffer buffer_;
  std::shared_ptr<RunningTask> self_;
  std::vector<std::shared_ptr<void>> holds_;
  std::vector<std::unique_ptr<PeerLun>> peers_;
  std::unique_ptr<Passing> passing_;  // of a command that a device does
  Range range_{*this};
  Turn turn_{*this};
  bool spreading_ = false;  // waits for the other nexuses, or for time to pass
  bool blocked_ = false;    // waits in the disk's task set
  bool entered_ = false;    // runs in the disk's task set
  bool aborted_ = false;
  bool over_ = false;
  bool submitting_ = false;  // inside Backstore::submit(): done() only notes the result
  bool completed_inline_ = false;
  int inline_result_ = 0;
  std::uint64_t started_us_ = 0;  ///< of a command whose time is taken
};

}  // namespace lunet::dataplane
