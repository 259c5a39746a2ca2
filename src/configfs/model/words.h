// SPDX-License-Identifier: Apache-2.0
// Texts of attribute files, and words of the tables of rules. Only for the files of this folder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace lunet::configfs {

/// Whether `word` is one of `words`, which blanks separate.
inline bool has_word(std::string_view words, std::string_view word) {
  const auto all = split(words, ' ');
  return std::find(all.begin(), all.end(), word) != all.end();
}

/// As the kernel shows a value: with a line end.
inline std::string line(std::string_view text) {
  return std::string(text) + '\n';
}
inline std::string line(std::uint64_t number) {
  return std::to_string(number) + '\n';
}

}  // namespace lunet::configfs
