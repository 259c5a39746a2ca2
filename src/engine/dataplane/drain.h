// SPDX-License-Identifier: Apache-2.0
// What one publication took away, and who still uses it (docs/lifetimes.md). Control waits for it before it
// frees anything; workers, sessions and commands hold their share until they are done.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lunet::dataplane {

/// Thread-safe.
class Drain : public std::enable_shared_from_this<Drain> {
 public:
  struct Use {
    std::string disk;       ///< path of the disk that a command is on its way to; "" for everything else
    std::string initiator;  ///< whose command or session; "" for a worker that has not looked yet
  };
  using Hold = std::shared_ptr<void>;

  static std::shared_ptr<Drain> make() { return std::shared_ptr<Drain>(new Drain()); }

  /// The use is over when the last copy of the answer is gone.
  [[nodiscard]] Hold hold(Use use);
  /// False: there are still uses after `deadline_ms`.
  bool wait(std::uint64_t deadline_ms);
  [[nodiscard]] bool done() const;
  [[nodiscard]] std::vector<Use> uses() const;

 private:
  Drain() = default;

  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::list<Use> uses_;  ///< guarded by mutex_
};

}  // namespace lunet::dataplane
