// SPDX-License-Identifier: Apache-2.0
// SCSI commands of a connection: to the host in order, their data in, their responses out, and what aborts
// them.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/iscsi/core.h"
#include "engine/iscsi/framer.h"
#include "engine/iscsi/order.h"
#include "engine/iscsi/task.h"

namespace lunet::iscsi {

class Commands {
 public:
  /// `framer` brings the data of the PDUs; `order` has the commands that came too early.
  Commands(Core& core, const Framer& framer, Order& order) : core_(core), framer_(framer), order_(order) {}

  // From the wire.
  /// A new task for a SCSI Command PDU; its data follows. Null: it has been rejected.
  Task* accept(const Header& header, Bytes ahs);
  /// It is the command's turn. The task may be gone afterwards.
  void execute(Task& task);
  /// Data out of order is rejected and its command ends. False: the connection is to end.
  bool data_out_arrived(const Header& header);
  [[nodiscard]] MutableBytes room(std::uint32_t offset) {
    return receiving_ != nullptr ? receiving_->data.room(offset) : MutableBytes();
  }
  [[nodiscard]] bool direct() const { return receiving_ != nullptr && receiving_->data.given(); }
  /// The data of the PDU under way is complete.
  void data_complete();
  /// ABORT TASK. Answered when the task has ended.
  void abort_task(const Header& request);

  // From the host.
  void want_data(Task& task, MutableBytes buffer);
  void finish(Task& task, const Completion& completion);
  void abort_all_of(std::uint64_t lun, bool task_aborted_status);

  /// The connection is over: the host forgets what waits; what runs will finish into nothing.
  void abandon();
  void tick();
  /// Commands that the host has.
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] std::size_t size() const { return tasks_.size(); }

 private:
  struct PendingAbort {
    const Task* task = nullptr;
    Header request;
  };

  void limit_early_data();
  void expect_data(Task& task, const Header& header);
  void advance(Task& task);
  void conclude(Task& task, const Completion& completion);
  void respond(Task& task, const Completion& completion);
  bool spoil(Task& task);
  void end_silently(Task& task);
  void discard(Task& task);
  void remove(Task& task);
  void abort(Task& task, bool task_aborted_status);
  Task* next_marked();

  Core& core_;
  const Framer& framer_;
  Order& order_;
  TaskTable tasks_;
  Task* receiving_ = nullptr;  ///< whose data the PDU under way carries; null: nobody's
  std::vector<PendingAbort> pending_aborts_;
};

}  // namespace lunet::iscsi
