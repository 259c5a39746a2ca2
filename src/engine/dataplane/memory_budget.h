// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/check.h"

namespace lunet::dataplane {

/// How much memory the commands of one connection may hold for data. Used on one thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// False, and nothing happened: that would be too much. One request always fits an unused budget, so that
  /// no command is too large for ever.
  [[nodiscard]] bool take(std::size_t bytes) {
    if (used_ > 0 && (bytes > bytes_max_ || used_ > bytes_max_ - bytes)) return false;
    used_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) {
    CHECK(bytes <= used_);
    used_ -= bytes;
  }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  const std::size_t bytes_max_;
  std::size_t used_ = 0;
};

}  // namespace lunet::dataplane
