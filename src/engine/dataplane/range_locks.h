// SPDX-License-Identifier: Apache-2.0
// Which blocks of a disk are being changed: COMPARE AND WRITE and ORWRITE have theirs for themselves, writes
// share. Reads do not ask.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <vector>

namespace lunet::dataplane {

/// Thread-safe. First come, first served: a write that overlaps a waiting COMPARE AND WRITE waits behind it.
class RangeLocks {
 public:
  class Holder {
   public:
    virtual ~Holder() = default;
    /// It is this one's turn. Called by whoever released what it waited for, with the locks locked: may only
    /// post.
    virtual void granted() = 0;
    // Fixed from acquire() to release().
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool exclusive = false;

   private:
    friend class RangeLocks;
    std::size_t index_ = 0;
  };

  /// True: granted. False: granted() follows, unless it is withdrawn.
  [[nodiscard]] bool acquire(Holder& holder);
  /// False: granted() was called, it is to release().
  [[nodiscard]] bool withdraw(Holder& holder);
  void release(Holder& holder);

 private:
  [[nodiscard]] bool blocked(const Holder& holder, std::list<Holder*>::const_iterator end) const;
  void hold(Holder& holder);
  void advance();

  std::mutex mutex_;
  std::vector<Holder*> held_;   ///< guarded by mutex_
  std::list<Holder*> waiting_;  ///< guarded by mutex_
  std::size_t exclusive_ = 0;   ///< held and waiting ones; guarded by mutex_
};

}  // namespace lunet::dataplane
