// SPDX-License-Identifier: Apache-2.0
// The decisions of a run, read from the input front to back; zeros once it is used up, so that an input that
// is cut still means something.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace lunet::fuzz {

class Input {
 public:
  Input(const unsigned char* data, std::size_t size) : left_(data, size) {}

  [[nodiscard]] bool empty() const { return left_.empty(); }
  /// At most `count` bytes: what is there.
  Bytes take(std::size_t count) {
    const Bytes taken = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }
  std::uint8_t byte() {
    const Bytes one = take(1);
    return one.empty() ? std::uint8_t{0} : one[0];
  }
  std::uint16_t number() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8U | byte());
  }

 private:
  Bytes left_;
};

}  // namespace lunet::fuzz
