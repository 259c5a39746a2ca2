// SPDX-License-Identifier: Apache-2.0
#include "engine/reactor/timer_queue.h"

#include <utility>

namespace lunet::reactor {

TimerId TimerQueue::add(Time deadline, std::function<void()> callback) {
  const TimerId timer = ++last_;
  callbacks_.emplace(std::pair(deadline, timer), std::move(callback));
  deadlines_.emplace(timer, deadline);
  return timer;
}

void TimerQueue::remove(TimerId timer) {
  const auto found = deadlines_.find(timer);
  if (found == deadlines_.end()) return;
  // The callback may own what calls us: it is destroyed after both tables agree again.
  const auto callback = callbacks_.extract({found->second, timer});
  deadlines_.erase(found);
}

std::optional<TimerQueue::Time> TimerQueue::next() const {
  if (callbacks_.empty()) return std::nullopt;
  return callbacks_.begin()->first.first;
}

std::function<void()> TimerQueue::take_due(Time now) {
  if (callbacks_.empty() || callbacks_.begin()->first.first > now) return {};
  auto entry = callbacks_.extract(callbacks_.begin());
  deadlines_.erase(entry.key().second);
  return std::move(entry.mapped());
}

void TimerQueue::clear() {
  deadlines_.clear();
  std::exchange(callbacks_, {}).clear();
}

}  // namespace lunet::reactor
