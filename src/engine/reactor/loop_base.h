// SPDX-License-Identifier: Apache-2.0
// The part of a reactor that does not depend on how it waits: turns, timers, posting, stopping. An engine
// derives from LoopBase and adds submitting, waiting and waking.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <climits>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "engine/reactor/reactor.h"
#include "engine/reactor/timer_queue.h"

namespace lunet::reactor {

/// For a system call, which takes so many at once and says how far it came.
inline int vector_length(std::span<const iovec> vector) {
  return static_cast<int>(std::min<std::size_t>(vector.size(), IOV_MAX));
}

/// The operations in flight, linked through the operations themselves.
class OperationList {
 public:
  void add(Operation& operation);  ///< CHECKs that it is in no list
  void remove(Operation& operation);
  [[nodiscard]] static bool listed(const Operation& operation) { return operation.listed_; }
  [[nodiscard]] bool empty() const { return first_ == nullptr; }
  /// `visit` must not change the list.
  template <class Visit>
  void for_each(Visit visit) const {
    for (Operation* at = first_; at != nullptr; at = at->next_) visit(*at);
  }

 private:
  Operation* first_ = nullptr;
};

/// One turn: posted callbacks, due timers, turn-end callbacks, wait(), dispatch().
class LoopBase : public Reactor {
 public:
  ~LoopBase() override;
  void cancel(Operation& operation) final;
  TimerId after(std::uint64_t delay_ms, std::function<void()> callback) final;
  void cancel_timer(TimerId timer) final;
  [[nodiscard]] std::uint64_t now_ms() const final;
  void at_turn_end(std::function<void()> callback) final;
  void post(std::function<void()> callback) final;
  void run() final;
  void stop() final;

 protected:
  using Duration = std::chrono::nanoseconds;

  LoopBase();
  /// For each submitting call, first: takes the operation into the list of those in flight. False when the
  /// loop is ending: the engine then leaves the operation alone, it ends with -ECANCELED.
  [[nodiscard]] bool admit(Operation& operation);
  /// For each completion, from dispatch() only: takes the operation out of the list and calls done().
  void complete(Operation& operation, int result);
  [[nodiscard]] bool started() const { return started_; }
  /// From any thread, after work was left where wait() looks before it sleeps.
  void wake_if_asleep();

  virtual void start() = 0;  ///< on the thread of run(), before the first turn
  /// Submits what was collected and sleeps until something completed, wake() was called, or `limit` has
  /// passed (none: forever, 0: no sleep). Calls no done().
  virtual void wait(std::optional<Duration> limit) = 0;
  virtual void dispatch() = 0;  ///< complete() for everything that completed
  virtual void request_cancel(Operation& operation) = 0;
  virtual void wake() = 0;    ///< from any thread: ends the present or next wait()
  virtual void finish() = 0;  ///< no operation is in flight any more; nothing may touch memory after it

 private:
  void turn(std::optional<Duration> limit_max);
  void run_posted();
  void run_turn_end();
  void drain();
  bool close_if_idle();
  [[nodiscard]] std::optional<Duration> limit(std::optional<Duration> limit_max) const;

  OperationList in_flight_;
  std::vector<Operation*> refused_;  ///< admitted while ending; to be completed with -ECANCELED
  TimerQueue timers_;
  std::vector<std::function<void()>> turn_end_;
  Duration now_;
  bool started_ = false;
  bool ending_ = false;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  ///< guarded by mutex_
  bool closed_ = false;                        ///< guarded by mutex_
  std::atomic<bool> has_posted_ = false;
  std::atomic<bool> stop_ = false;
  /// Set before the loop looks for work one last time and sleeps. A thread that adds work and then finds it
  /// set must wake the loop: with sequentially consistent order one of the two always sees the other.
  std::atomic<bool> asleep_ = false;
};

}  // namespace lunet::reactor
