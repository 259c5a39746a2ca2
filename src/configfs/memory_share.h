// SPDX-License-Identifier: Apache-2.0
// Memory that the clients of a server take for large messages, counted together: many clients with large
// messages wait for each other instead of using up the machine. Thread-safe.
#pragma once

#include <malloc.h>

#include <atomic>
#include <cstddef>

namespace lunet::configfs {

class SharedMemory {
 public:
  explicit SharedMemory(std::size_t bytes_max) : bytes_max_(bytes_max) {}

 private:
  friend class MemoryShare;
  /// The C library keeps what was freed for the next who asks; after so much it is given back to the system.
  static constexpr std::size_t trim_bytes = 16U << 20U;
  void give_back(std::size_t bytes) {
    used_.fetch_sub(bytes);
    if (freed_.fetch_add(bytes) + bytes < trim_bytes) return;
    freed_ = 0;
    ::malloc_trim(0);
  }

  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_ = 0;
  std::atomic<std::size_t> freed_ = 0;
};

/// What one client has of it; given back when it is destroyed. Used on one thread.
class MemoryShare {
 public:
  /// Small messages are not counted: as many clients as there may be could have this much.
  static constexpr std::size_t free_bytes = 64U << 10U;

  explicit MemoryShare(SharedMemory& memory) : memory_(memory) {}
  ~MemoryShare() { reset(); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  /// False, and nothing happened: the others have too much.
  [[nodiscard]] bool grow(std::size_t bytes) {
    const std::size_t counted = bytes_ + bytes <= free_bytes ? 0 : bytes_ + bytes - counted_;
    if (counted > memory_.bytes_max_) return false;
    if (memory_.used_.fetch_add(counted) > memory_.bytes_max_ - counted) {
      memory_.used_.fetch_sub(counted);
      return false;
    }
    bytes_ += bytes;
    counted_ += counted;
    return true;
  }
  /// After the memory was freed.
  void reset() {
    if (counted_ > 0) memory_.give_back(counted_);
    bytes_ = counted_ = 0;
  }

 private:
  SharedMemory& memory_;
  std::size_t bytes_ = 0;
  std::size_t counted_ = 0;
};

}  // namespace lunet::configfs
