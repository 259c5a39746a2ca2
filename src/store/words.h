// SPDX-License-Identifier: Apache-2.0
// Lines of pairs in the store's files: `key value key value ...`, values written as words of the language.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lunet::store {

class Words {
 public:
  /// `line` outlives it. A line with a mistake has no pairs.
  explicit Words(std::string_view line);
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  /// "" when there is none.
  [[nodiscard]] std::string_view value(std::string_view key) const;

 private:
  std::deque<std::string> decoded_;
  std::vector<std::pair<std::string_view, std::string_view>> pairs_;
};

/// Reads back as the same bytes and holds no line end.
std::string written_word(std::string_view text);

}  // namespace lunet::store
