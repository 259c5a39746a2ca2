// SPDX-License-Identifier: Apache-2.0
// SCSI commands of a connection, from their arrival to their response. Recycled.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/iscsi/data_out.h"
#include "engine/iscsi/host.h"

namespace lunet::iscsi {

/// held -> with_host -> waiting -> running -> (finishing) -> gone; each may be skipped.
enum class TaskStage : std::uint8_t {
  held,       ///< an earlier CmdSN is missing; the host has not seen it
  with_host,  ///< the host has it and has not asked for data
  waiting,    ///< the host waits for data
  running,    ///< the host has all it asked for
  finishing,  ///< the host is done; the response waits for data that the peer still owes
};

struct Task : Command {
  TaskStage stage = TaskStage::held;
  bool immediate = false;
  bool silent = false;            ///< aborted: no response
  bool task_aborted = false;      ///< aborted: answered with status TASK ABORTED
  bool marked = false;            ///< of the abort under way
  bool faulty = false;            ///< fails with `sense`; the host never sees it
  std::uint64_t progress_ms = 0;  ///< when data last came or was asked for
  DataOut data;
  Completion completion;  ///< of a finishing task; its sense points to `sense`
  std::vector<std::uint8_t> sense;

  Task* previous = nullptr;
  Task* next = nullptr;
  Task* next_in_bucket = nullptr;
};

/// The tasks, in order of arrival and by tag.
class TaskTable {
 public:
  /// A fresh task; find() knows it from insert() on.
  Task& acquire();
  void insert(Task& task);
  /// find() and first() no longer know it. Does nothing for a task that was not inserted.
  void remove(Task& task);
  /// The end of a removed task.
  void recycle(Task& task);
  [[nodiscard]] Task* find(std::uint32_t tag) const;
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Task* first() const { return first_; }

 private:
  static constexpr std::size_t buckets = 256;
  static std::size_t bucket_of(std::uint32_t tag) { return (tag * 0x9e3779b1u) >> 24; }

  std::deque<Task> blocks_;
  Task* free_ = nullptr;
  Task* first_ = nullptr;
  Task* last_ = nullptr;
  std::size_t size_ = 0;
  std::array<Task*, buckets> table_{};
};

}  // namespace lunet::iscsi
