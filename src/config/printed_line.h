// SPDX-License-Identifier: Apache-2.0
// One line of the text that print() writes, taken apart without making anything of it; for config/ only.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "config/key.h"

namespace lunet::config {

inline constexpr std::size_t printed_depth_max = 16;

struct PrintedWord {
  std::string_view text;  ///< between the quotes
  bool quoted = false;
  bool escaped = false;  ///< quoted, with a '$' before the quote
};

struct PrintedLine {
  std::array<PrintedWord, 2 * printed_depth_max + 3> words;
  std::size_t count = 0;
  std::size_t objects = 0;  ///< at its start, two words each
  bool opens = false;
  bool commented = false;  ///< a comment stands at its end
  [[nodiscard]] std::size_t rest() const { return count - 2 * objects; }
  /// Of its first object; there is one.
  [[nodiscard]] ObjectKey key() const;
};

/// Nothing but a comment, which stands on what follows.
bool is_comment_line(std::string_view line);

/// `text` is behind the indentation. False: a form that print() does not write, or that this does not know.
bool read_printed_line(std::string_view text, PrintedLine& line);

}  // namespace lunet::config
