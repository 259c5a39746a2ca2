// SPDX-License-Identifier: Apache-2.0
// Hands events to watchers (tree.h) inside one process: a bounded queue each, so that a slow reader costs
// memory up to a limit and nothing else. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "configfs/tree.h"

namespace lunet::configfs {

class EventQueue;

class EventHub {
 public:
  /// `queue_length_max` events wait per watcher, of whatever path; one more loses those that wait (EOVERFLOW
  /// at the next read).
  explicit EventHub(std::size_t queue_length_max = 65536) : queue_length_max_(queue_length_max) {}

  /// Events at and below `path` from now on. The watch may outlive the hub.
  std::unique_ptr<Watch> subscribe(std::string_view path);
  void publish(std::span<const Event> events);
  /// Somebody may want events. False: publish() would tell nobody.
  [[nodiscard]] bool is_watched();

 private:
  std::size_t queue_length_max_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<EventQueue>> queues_;
};

}  // namespace lunet::configfs
