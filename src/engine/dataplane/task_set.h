// SPDX-License-Identifier: Apache-2.0
// The task set of one logical unit (SAM-5 8): which command may start when. One set for all nexuses, as the
// TST field of our control mode page says. A command is in it from its arrival to its end.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>

namespace lunet::dataplane {

/// SAM-5 8.6. Untagged commands are simple ones.
enum class TaskAttribute : std::uint8_t {
  simple,        ///< waits for ordered commands that came before
  ordered,       ///< waits for everything that came before; what comes later waits for it
  head_of_queue  ///< waits for nothing
};

/// Thread-safe. Simple commands alone cost one atomic addition at each end.
class TaskSet {
 public:
  class Member {
   public:
    virtual ~Member() = default;
    /// It is the command's turn. Called by whoever ended what it waited for, with the set locked: may only
    /// post.
    virtual void admitted() = 0;
    TaskAttribute attribute = TaskAttribute::simple;  ///< fixed while in a set
  };

  /// True: the command may start. False: admitted() follows, unless it is withdrawn.
  [[nodiscard]] bool enter(Member& member);
  /// A command that waits shall not start. False: admitted() was called, it is to leave().
  [[nodiscard]] bool withdraw(Member& member);
  /// The end of a command that was allowed to start.
  void leave(Member& member);
  /// No command is in it.
  [[nodiscard]] bool idle() const { return state_.load(std::memory_order_acquire) == 0; }

 private:
  /// Of state_: some command is ordered or waits; everybody takes the lock.
  static constexpr std::uint64_t guarded = std::uint64_t{1} << 63;

  bool advance(const Member* entering);

  std::atomic<std::uint64_t> state_ = 0;  ///< commands that run, and `guarded`
  std::mutex mutex_;
  std::list<Member*> waiting_;    ///< guarded by mutex_
  bool ordered_running_ = false;  ///< guarded by mutex_
};

}  // namespace lunet::dataplane
