// SPDX-License-Identifier: Apache-2.0
// A disk that answers when the test says so.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/backstore/backstore.h"

namespace lunet::dataplane {

/// The test's end of a LateBackstore; outlives it.
class LateStorage {
 public:
  /// Waits until `count` requests are with the storage.
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() >= count; });
  }
  void answer_all(int result = 0) {
    std::vector<std::function<void(int)>> answers;
    {
      const std::lock_guard lock(mutex_);
      answers.swap(waiting_);
    }
    for (const auto& answer : answers) answer(result);
  }
  /// From now on requests are answered at once.
  void answer_at_once() {
    {
      const std::lock_guard lock(mutex_);
      late_ = false;
    }
    answer_all();
  }
  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  friend class LateBackstore;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void(int)>> waiting_;
  bool late_ = true;
  bool closed_ = false;
};

class LateBackstore final : public backstore::Backstore {
 public:
  LateBackstore(LateStorage& storage, std::uint64_t size_bytes)
      : storage_(storage), size_bytes_(size_bytes) {}
  ~LateBackstore() override {
    const std::lock_guard lock(storage_.mutex_);
    CHECK(storage_.waiting_.empty());
    storage_.closed_ = true;
  }
  void submit(reactor::Reactor& reactor, backstore::Request& request) override {
    const std::lock_guard lock(storage_.mutex_);
    const auto answer = [&reactor, &request](int result) {
      reactor.post([&request, result] { request.done(result); });
    };
    if (!storage_.late_) return answer(0);
    storage_.waiting_.emplace_back(answer);
    storage_.changed_.notify_all();
  }
  [[nodiscard]] backstore::Properties properties() const override {
    return {.size_bytes = size_bytes_, .can_unmap = true, .rotational = false};
  }

 private:
  LateStorage& storage_;
  const std::uint64_t size_bytes_;
};

}  // namespace lunet::dataplane
