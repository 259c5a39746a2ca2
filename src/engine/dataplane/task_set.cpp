// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/task_set.h"

#include <algorithm>

namespace lunet::dataplane {

// state_ has one order of changes for all threads: either the ordered command that sets `guarded` finds a
// simple one counted, or that one finds the set guarded.
bool TaskSet::enter(Member& member) {
  if (member.attribute != TaskAttribute::ordered) {
    const std::uint64_t before = state_.fetch_add(1, std::memory_order_acq_rel);
    if (member.attribute == TaskAttribute::head_of_queue || (before & guarded) == 0) return true;
    state_.fetch_sub(1, std::memory_order_acq_rel);
  }
  const std::lock_guard lock(mutex_);
  state_.fetch_or(guarded, std::memory_order_acq_rel);
  waiting_.push_back(&member);
  return advance(&member);
}

bool TaskSet::withdraw(Member& member) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(waiting_.begin(), waiting_.end(), &member);
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  advance(nullptr);
  return true;
}

void TaskSet::leave(Member& member) {
  if (member.attribute != TaskAttribute::ordered) {
    if ((state_.fetch_sub(1, std::memory_order_acq_rel) & guarded) == 0) return;
    const std::lock_guard lock(mutex_);
    advance(nullptr);
    return;
  }
  const std::lock_guard lock(mutex_);
  ordered_running_ = false;
  state_.fetch_sub(1, std::memory_order_acq_rel);
  advance(nullptr);
}

// Starts what may start; true when `entering` is among it, which is then not told.
bool TaskSet::advance(const Member* entering) {
  bool entered = false;
  while (!ordered_running_ && !waiting_.empty()) {
    Member& next = *waiting_.front();
    const bool ordered = next.attribute == TaskAttribute::ordered;
    if (ordered && (state_.load(std::memory_order_acquire) & ~guarded) != 0) break;
    waiting_.pop_front();
    state_.fetch_add(1, std::memory_order_acq_rel);
    ordered_running_ = ordered;
    if (&next == entering) {
      entered = true;
    } else {
      next.admitted();
    }
  }
  if (!ordered_running_ && waiting_.empty()) state_.fetch_and(~guarded, std::memory_order_acq_rel);
  return entered;
}

}  // namespace lunet::dataplane
