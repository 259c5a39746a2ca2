// SPDX-License-Identifier: Apache-2.0
// Memory of objects that come and go with each command: what one leaves the next takes, without asking the C
// library, whose heap all threads share. A list for each thread. Under AddressSanitizer nothing is kept, so
// that it sees who uses what is gone.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include "base/sanitizers.h"

namespace lunet::dataplane {

/// Blocks of one size that wait on this thread to be used again.
template <std::size_t block_bytes>
class FreeBlocks {
 public:
  static constexpr std::size_t kept_max = LUNET_ASAN ? 0 : 128;

  FreeBlocks() { blocks_.reserve(kept_max); }
  ~FreeBlocks() {
    for (void* block : blocks_) ::operator delete(block);
  }
  FreeBlocks(const FreeBlocks&) = delete;
  FreeBlocks& operator=(const FreeBlocks&) = delete;

  void* take() {
    if (blocks_.empty()) return ::operator new(block_bytes);
    void* block = blocks_.back();
    blocks_.pop_back();
    return block;
  }
  void give_back(void* block) noexcept {
    if (blocks_.size() == kept_max) return ::operator delete(block);
    blocks_.push_back(block);
  }
  [[nodiscard]] std::size_t kept() const { return blocks_.size(); }

  static FreeBlocks& of_thread() {
    thread_local FreeBlocks blocks;
    return blocks;
  }

 private:
  std::vector<void*> blocks_;
};

/// An allocator, for std::allocate_shared().
template <class T>
struct Recycled {
  using value_type = T;

  Recycled() = default;
  template <class Other>
  explicit(false) Recycled(const Recycled<Other>& /*other*/) noexcept {}

  static T* allocate(std::size_t /*one*/) {
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    return static_cast<T*>(FreeBlocks<sizeof(T)>::of_thread().take());
  }
  static void deallocate(T* object, std::size_t /*one*/) noexcept {
    FreeBlocks<sizeof(T)>::of_thread().give_back(object);
  }
  friend bool operator==(const Recycled& /*one*/, const Recycled& /*other*/) { return true; }
};

}  // namespace lunet::dataplane
