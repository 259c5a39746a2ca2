// SPDX-License-Identifier: Apache-2.0
// A text with its name, and where in it something stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lunet::language {

/// Both count from 1; the column counts characters (UTF-8 code points; a tab is one).
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// Immutable, so that views into text() stay valid as long as the source lives at its address.
class Source {
 public:
  Source(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Linear in the text: for messages, not for loops over all statements.
  [[nodiscard]] Position position(std::uint32_t offset) const;
  /// The line that holds the offset, without its line end.
  [[nodiscard]] std::string_view line(std::uint32_t offset) const;

 private:
  std::string name_;
  std::string text_;
};

}  // namespace lunet::language
