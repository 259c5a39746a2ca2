// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

#include "engine/reactor/reactor.h"

namespace lunet::reactor {

/// Callbacks ordered by deadline, those of one deadline by age. Knows no clock; not thread-safe.
class TimerQueue {
 public:
  using Time = std::chrono::nanoseconds;  ///< since any fixed point

  TimerId add(Time deadline, std::function<void()> callback);
  /// Nothing happens when the timer fired, was removed, or is 0.
  void remove(TimerId timer);
  /// The earliest deadline.
  [[nodiscard]] std::optional<Time> next() const;
  /// Removes and returns the earliest callback whose deadline is not after `now`; empty when there is none.
  std::function<void()> take_due(Time now);
  void clear();

 private:
  std::map<std::pair<Time, TimerId>, std::function<void()>> callbacks_;
  std::unordered_map<TimerId, Time> deadlines_;
  TimerId last_ = 0;
};

}  // namespace lunet::reactor
