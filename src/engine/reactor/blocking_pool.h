// SPDX-License-Identifier: Apache-2.0
// Threads for system calls on files that may block. One pool serves all epoll reactors of a process.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace lunet::reactor {

class BlockingPool {
 public:
  /// Belongs to whoever submits it, until run() has returned or withdraw() was true.
  class Job {
   public:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    virtual ~Job() = default;
    virtual void run() = 0;  ///< on one of the pool's threads; may destroy the job
  };

  explicit BlockingPool(unsigned threads);
  /// No job is left.
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // From any thread. Jobs start in order and run side by side.
  void submit(Job& job);
  /// True: the job will not run. False: it runs, or has run.
  bool withdraw(Job& job);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job*> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lunet::reactor
