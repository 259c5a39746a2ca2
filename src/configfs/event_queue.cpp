// SPDX-License-Identifier: Apache-2.0
#include "configfs/event_queue.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <optional>
#include <utility>

#include "configfs/path.h"

namespace lunet::configfs {

/// All queues share the published events: a slow reader costs a pointer for each publication, and the events
/// once for all slow readers.
using Events = std::shared_ptr<const std::vector<Event>>;

class EventQueue {
 public:
  EventQueue(std::string_view path, std::size_t length_max) : path_(path), length_max_(length_max) {}

  void push(const Events& events) {
    const std::lock_guard lock(mutex_);
    length_ += events->size();
    publications_.push_back(events);
    if (length_ - next_ > length_max_) {
      publications_.clear();
      length_ = next_ = 0;
      overflowed_ = true;
    }
    changed_.notify_all();
  }

  Result<Event> next(int timeout_ms) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    std::unique_lock lock(mutex_);
    for (;;) {
      if (std::exchange(overflowed_, false))
        return system_error(EOVERFLOW, "events were lost because they were not fetched in time");
      if (auto event = take()) return *std::move(event);
      if (changed_.wait_until(lock, deadline) == std::cv_status::timeout && !overflowed_ &&
          publications_.empty())
        return system_error(ETIMEDOUT, "waiting for an event");
    }
  }

 private:
  /// The next event of our path; those of others on the way are passed over.
  std::optional<Event> take() {
    while (!publications_.empty()) {
      const Events first = publications_.front();
      while (next_ < first->size()) {
        const Event& event = (*first)[next_++];
        if (is_at_or_below(event.path, path_)) return event;
      }
      length_ -= first->size();
      next_ = 0;
      publications_.pop_front();
    }
    return std::nullopt;
  }

  const std::string path_;
  const std::size_t length_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Events> publications_;
  std::size_t length_ = 0;  ///< events of publications_
  std::size_t next_ = 0;    ///< of the first publication
  bool overflowed_ = false;
};

namespace {

class QueueWatch : public Watch {
 public:
  explicit QueueWatch(std::shared_ptr<EventQueue> queue) : queue_(std::move(queue)) {}
  Result<Event> next(int timeout_ms) override { return queue_->next(timeout_ms); }

 private:
  std::shared_ptr<EventQueue> queue_;
};

}  // namespace

std::unique_ptr<Watch> EventHub::subscribe(std::string_view path) {
  auto queue = std::make_shared<EventQueue>(path, queue_length_max_);
  const std::lock_guard lock(mutex_);
  std::erase_if(queues_, [](const auto& old) { return old.expired(); });
  queues_.push_back(queue);
  return std::make_unique<QueueWatch>(std::move(queue));
}

bool EventHub::is_watched() {
  const std::lock_guard lock(mutex_);
  std::erase_if(queues_, [](const auto& old) { return old.expired(); });
  return !queues_.empty();
}

void EventHub::publish(std::span<const Event> events) {
  const std::lock_guard lock(mutex_);
  std::erase_if(queues_, [](const auto& old) { return old.expired(); });
  if (events.empty() || queues_.empty()) return;
  const auto shared = std::make_shared<const std::vector<Event>>(events.begin(), events.end());
  for (const auto& weak : queues_)
    if (const auto queue = weak.lock()) queue->push(shared);
}

}  // namespace lunet::configfs
