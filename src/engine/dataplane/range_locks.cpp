// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/range_locks.h"

#include <algorithm>

namespace lunet::dataplane {

namespace {

bool conflict(const RangeLocks::Holder& a, const RangeLocks::Holder& b) {
  if (!a.exclusive && !b.exclusive) return false;
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

}  // namespace

// By what is held, or by what waits before `end`.
bool RangeLocks::blocked(const Holder& holder, std::list<Holder*>::const_iterator end) const {
  if (exclusive_ == 0) return false;
  const auto conflicts = [&holder](const Holder* other) { return conflict(holder, *other); };
  return std::any_of(held_.begin(), held_.end(), conflicts) || std::any_of(waiting_.begin(), end, conflicts);
}

void RangeLocks::hold(Holder& holder) {
  holder.index_ = held_.size();
  held_.push_back(&holder);
}

bool RangeLocks::acquire(Holder& holder) {
  const std::lock_guard lock(mutex_);
  if (holder.exclusive) ++exclusive_;
  if (blocked(holder, waiting_.end())) {
    waiting_.push_back(&holder);
    return false;
  }
  hold(holder);
  return true;
}

bool RangeLocks::withdraw(Holder& holder) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(waiting_.begin(), waiting_.end(), &holder);
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  if (holder.exclusive) --exclusive_;
  advance();
  return true;
}

void RangeLocks::release(Holder& holder) {
  const std::lock_guard lock(mutex_);
  held_.back()->index_ = holder.index_;
  held_[holder.index_] = held_.back();
  held_.pop_back();
  if (holder.exclusive) --exclusive_;
  advance();
}

void RangeLocks::advance() {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    if (blocked(**next, next)) {
      ++next;
      continue;
    }
    hold(**next);
    (*next)->granted();
    next = waiting_.erase(next);
  }
}

}  // namespace lunet::dataplane
