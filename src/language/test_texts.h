// SPDX-License-Identifier: Apache-2.0
// For the tests: texts that hurt.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace lunet::language {

/// Any bytes, with those that matter to the lexer more often.
inline std::string random_text(std::mt19937& random) {
  static constexpr std::string_view special = "{}#'\";~$\\ \t\r\n,%@()[]:/.\xC3\xA4\xFF";
  std::string text(random() % 12, '\0');
  for (char& c : text) {
    const auto kind = random() % 4;
    c = kind == 0   ? static_cast<char>(random() % 256)
        : kind == 1 ? static_cast<char>('a' + random() % 26)
                    : special[random() % special.size()];
  }
  return text;
}

}  // namespace lunet::language
