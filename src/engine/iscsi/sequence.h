// SPDX-License-Identifier: Apache-2.0
// The command window of a session: ExpCmdSN, MaxCmdSN (RFC 7143 4.2.2.1).
#pragma once

#include <cstdint>

namespace lunet::iscsi {

/// Numbers on a circle: a < b when b is less than half way round ahead (RFC 1982).
constexpr bool serial_less(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) < 0;
}

class CommandWindow {
 public:
  enum class Place : std::uint8_t { next, ahead, outside };

  void open(std::uint32_t first, std::uint32_t depth) {
    expected_ = first;
    max_ = first + depth - 1;
  }
  [[nodiscard]] Place place(std::uint32_t command_sn) const {
    if (command_sn == expected_) return serial_less(max_, expected_) ? Place::outside : Place::next;
    return serial_less(command_sn, expected_) || serial_less(max_, command_sn) ? Place::outside
                                                                               : Place::ahead;
  }
  /// The command at ExpCmdSN has been taken.
  void advance() { expected_++; }
  /// A command that was taken has ended: the initiator may send one more. Once for each advance().
  void complete() { max_++; }

  [[nodiscard]] std::uint32_t expected() const { return expected_; }
  [[nodiscard]] std::uint32_t max() const { return max_; }

 private:
  std::uint32_t expected_ = 0;
  std::uint32_t max_ = 0xffffffff;
};

}  // namespace lunet::iscsi
