// SPDX-License-Identifier: Apache-2.0
#include "configfs/event_queue.h"

#include <chrono>
#include <condition_variable>
#include <deque>

#include "configfs/path.h"

namespace lunet::configfs {

class EventQueue {
 public:
  EventQueue(std::string_view path, std::size_t length_max) : path_(path), length_max_(length_max) {}

  void push(std::span<const Event> events) {
    const std::lock_guard lock(mutex_);
    for (const Event& event : events) {
      if (!is_at_or_below(event.path, path_)) continue;
      if (events_.size() == length_max_) {
        events_.clear();
        overflowed_ = true;
      }
      events_.push_back(event);
    }
    if (overflowed_ || !events_.empty()) changed_.notify_all();
  }

  Result<Event> next(int timeout_ms) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return overflowed_ || !events_.empty(); };
    if (!changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), ready))
      return system_error(ETIMEDOUT, "waiting for an event");
    if (overflowed_) {
      overflowed_ = false;
      return system_error(EOVERFLOW, "events were lost because they were not fetched in time");
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

 private:
  const std::string path_;
  const std::size_t length_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
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

void EventHub::publish(std::span<const Event> events) {
  if (events.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& weak : queues_)
    if (const auto queue = weak.lock()) queue->push(events);
}

}  // namespace lunet::configfs
