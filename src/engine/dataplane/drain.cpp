// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/drain.h"

#include <chrono>
#include <utility>

namespace lunet::dataplane {

Drain::Hold Drain::hold(Use use) {
  const std::lock_guard lock(mutex_);
  const auto place = uses_.insert(uses_.end(), std::move(use));
  return {nullptr, [self = shared_from_this(), place](void*) {
            const std::lock_guard releasing(self->mutex_);
            self->uses_.erase(place);
            // Under the lock: whoever waits may let go of this at once.
            if (self->uses_.empty()) self->empty_.notify_all();
          }};
}

bool Drain::wait(std::uint64_t deadline_ms) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, std::chrono::milliseconds(deadline_ms), [this] { return uses_.empty(); });
}

bool Drain::done() const {
  const std::lock_guard lock(mutex_);
  return uses_.empty();
}

std::vector<Drain::Use> Drain::uses() const {
  const std::lock_guard lock(mutex_);
  return {uses_.begin(), uses_.end()};
}

}  // namespace lunet::dataplane
