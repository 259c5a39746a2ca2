// SPDX-License-Identifier: Apache-2.0
#include "engine/reactor/loop_base.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"

namespace lunet::reactor {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// While ending: how long to wait for cancelled operations before asking again, as a request to cancel can
/// miss an operation that is just being moved between the kernel's queues.
constexpr milliseconds cancel_again_after{50};

nanoseconds clock_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

void OperationList::add(Operation& operation) {
  CHECK(!operation.listed_);
  operation.listed_ = true;
  operation.previous_ = nullptr;
  operation.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &operation;
  first_ = &operation;
}

void OperationList::remove(Operation& operation) {
  CHECK(operation.listed_);
  operation.listed_ = false;
  (operation.previous_ != nullptr ? operation.previous_->next_ : first_) = operation.next_;
  if (operation.next_ != nullptr) operation.next_->previous_ = operation.previous_;
}

LoopBase::LoopBase() : now_(clock_now()) {}

LoopBase::~LoopBase() {
  // Only a loop that never ran has operations left; their owners may now destroy them.
  std::vector<Operation*> left;
  in_flight_.for_each([&](Operation& operation) { left.push_back(&operation); });
  for (Operation* operation : left) in_flight_.remove(*operation);
}

bool LoopBase::admit(Operation& operation) {
  in_flight_.add(operation);
  if (ending_) refused_.push_back(&operation);
  return !ending_;
}

void LoopBase::complete(Operation& operation, int result) {
  in_flight_.remove(operation);
  operation.done(result);
}

void LoopBase::cancel(Operation& operation) {
  if (OperationList::listed(operation)) request_cancel(operation);
}

TimerId LoopBase::after(std::uint64_t delay_ms, std::function<void()> callback) {
  // Centuries are forever; more would overflow the nanoseconds.
  constexpr std::uint64_t delay_ms_max = 1ULL << 42;
  const milliseconds delay(std::min(delay_ms, delay_ms_max));
  return timers_.add(clock_now() + delay, std::move(callback));
}

void LoopBase::cancel_timer(TimerId timer) {
  timers_.remove(timer);
}

std::uint64_t LoopBase::now_ms() const {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now_).count());
}

void LoopBase::at_turn_end(std::function<void()> callback) {
  turn_end_.push_back(std::move(callback));
}

void LoopBase::post(std::function<void()> callback) {
  // The loop takes the callback under the lock, so it runs when this thread has done with the loop, which the
  // callback's effects may end.
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  posted_.push_back(std::move(callback));
  has_posted_ = true;
  wake_if_asleep();
}

void LoopBase::stop() {
  stop_ = true;
  wake_if_asleep();
}

void LoopBase::wake_if_asleep() {
  if (asleep_.exchange(false)) wake();
}

void LoopBase::run() {
  CHECK(!started_);
  started_ = true;
  start();
  while (!stop_) turn(std::nullopt);
  drain();
}

void LoopBase::turn(std::optional<Duration> limit_max) {
  run_posted();
  if (!ending_) {
    while (auto callback = timers_.take_due(now_)) callback();
  }
  run_turn_end();
  asleep_ = true;
  wait(limit(limit_max));
  asleep_ = false;
  now_ = clock_now();
  for (Operation* operation : std::exchange(refused_, {})) complete(*operation, -ECANCELED);
  dispatch();
}

void LoopBase::run_posted() {
  if (!has_posted_) return;
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
    has_posted_ = false;
  }
  for (auto& callback : posted) {
    callback();
    callback = nullptr;
  }
}

void LoopBase::run_turn_end() {
  while (!turn_end_.empty()) {
    for (auto& callback : std::exchange(turn_end_, {})) callback();
  }
}

std::optional<LoopBase::Duration> LoopBase::limit(std::optional<Duration> limit_max) const {
  if (has_posted_ || !refused_.empty() || (stop_ && !ending_)) return Duration(0);
  const auto next = timers_.next();
  if (!next || ending_) return limit_max;
  return std::max(*next - clock_now(), Duration(0));
}

void LoopBase::drain() {
  ending_ = true;
  timers_.clear();
  run_posted();
  run_turn_end();
  Duration cancel_at(0);
  while (!close_if_idle()) {
    if (now_ >= cancel_at) {
      in_flight_.for_each([this](Operation& operation) { request_cancel(operation); });
      cancel_at = clock_now() + cancel_again_after;
    }
    turn(cancel_again_after);
  }
  finish();
  timers_.clear();
}

bool LoopBase::close_if_idle() {
  if (!in_flight_.empty() || !turn_end_.empty()) return false;
  const std::lock_guard lock(mutex_);
  closed_ = posted_.empty();
  return closed_;
}

}  // namespace lunet::reactor
