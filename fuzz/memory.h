// SPDX-License-Identifier: Apache-2.0
// How much memory is in use, as the sanitizer's allocator sees it: for targets that promise not to take more
// than their input is worth.
#pragma once

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstddef>

namespace lunet::fuzz {

/// Counts from its construction on; one at a time, on one thread.
class MemoryMeter {
 public:
  MemoryMeter() {
    static const bool installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0;
    (void)installed;
    used_ = peak_ = 0;
  }
  [[nodiscard]] static std::size_t peak() { return static_cast<std::size_t>(peak_); }

 private:
  // What was there before may be freed meanwhile, so it is a difference and may be negative.
  static void on_malloc(const volatile void* /*memory*/, std::size_t bytes) {
    used_ += static_cast<std::ptrdiff_t>(bytes);
    peak_ = std::max(peak_, used_);
  }
  static void on_free(const volatile void* memory) {
    if (memory != nullptr)
      used_ -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(const_cast<const void*>(memory)));
  }
  static inline thread_local std::ptrdiff_t used_ = 0;
  static inline thread_local std::ptrdiff_t peak_ = 0;
};

}  // namespace lunet::fuzz
