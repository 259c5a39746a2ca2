// SPDX-License-Identifier: Apache-2.0
#include "engine/reactor/blocking_pool.h"

#include <algorithm>

#include "base/check.h"

namespace lunet::reactor {

BlockingPool::BlockingPool(unsigned threads) {
  CHECK(threads > 0);
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(mutex_);
    CHECK(waiting_.empty());
    ending_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void BlockingPool::submit(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&job);
  }
  changed_.notify_one();
}

bool BlockingPool::withdraw(Job& job) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(waiting_.begin(), waiting_.end(), &job);
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  return true;
}

void BlockingPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Job* const job = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    job->run();
    lock.lock();
  }
}

}  // namespace lunet::reactor
