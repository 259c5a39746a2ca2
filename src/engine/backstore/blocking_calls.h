// SPDX-License-Identifier: Apache-2.0
// System calls that may block and that no reactor has an operation for, made by threads of a disk's own.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "engine/reactor/blocking_pool.h"
#include "engine/reactor/reactor.h"

namespace lunet::backstore {

/// Thread-safe. Its end waits for the calls that are under way.
class BlockingCalls {
 public:
  /// The threads are made by the first call.
  explicit BlockingCalls(unsigned threads) : threads_(threads) {}

  /// Makes `call` on a thread, then calls `done` with its result on the reactor's; -EAGAIN: there is no
  /// thread.
  void run(reactor::Reactor& reactor, std::function<int()> call, const std::function<void(int)>& done);

 private:
  const unsigned threads_;
  std::mutex mutex_;
  std::optional<reactor::BlockingPool> pool_;  ///< guarded by mutex_ until it is made
};

}  // namespace lunet::backstore
