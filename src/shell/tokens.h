// SPDX-License-Identifier: Apache-2.0
// The words of a command: from a line (with quoting) or from a program's arguments (never re-joined, ruling
// 48).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::shell {

struct Token {
  std::string text;
  /// Where a '=' splits NAME=value; npos for a positional value. A '=' inside quotes does not split.
  std::size_t equals = std::string::npos;

  [[nodiscard]] bool is_keyword() const { return equals != std::string::npos; }
  [[nodiscard]] std::string_view keyword() const { return std::string_view(text).substr(0, equals); }
  [[nodiscard]] std::string_view value() const { return std::string_view(text).substr(equals + 1); }
};

/// Splits at blanks. 'single quotes' take everything literally, "double quotes" know \" and \\, a backslash
/// outside quotes takes the next character literally. EINVAL names the column of a quote that does not end.
Result<std::vector<Token>> tokens_of_line(std::string_view line);
/// As it is typed to mean just this text: with quotes when it needs them.
std::string as_typed(std::string_view text);
/// One word with blanks is a line; several words are tokens as they stand.
Result<std::vector<Token>> tokens_of_words(std::span<const std::string> words);

}  // namespace lunet::shell
