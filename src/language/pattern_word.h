// SPDX-License-Identifier: Apache-2.0
// A regular expression for one word of a search pattern: whole match, linear time in the text for every
// expression, so no pattern can hang or exhaust anything. Syntax: `.` `[a-z]` `[^x]` `*` `+` `?` `{m,n}` `|`
// `(...)` `^` `$` `\d \w \s \D \W \S`, and `\` before a sign that stands for itself. Bytes, not characters.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lunet::language {

struct PatternMistake {
  std::size_t at = 0;  ///< byte in the expression
  std::string sentence;
};

class PatternWord {
 public:
  /// A word that matches everything.
  PatternWord() = default;
  /// False on a mistake, which is then described.
  bool compile(std::string_view expression, PatternMistake& mistake);
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  friend class PatternCompiler;
  enum class Operation : std::uint8_t { set, split, jump, at_start, at_end, done };
  struct Instruction {
    Operation operation = Operation::done;
    std::uint16_t first = 0;   ///< next instruction, or index of the set
    std::uint16_t second = 0;  ///< of split: the other next instruction
  };
  enum class Kind : std::uint8_t { everything, literal, program };

  [[nodiscard]] bool run(std::string_view text) const;

  Kind kind_ = Kind::everything;
  std::string literal_;
  std::vector<Instruction> program_;
  std::vector<std::bitset<256>> sets_;
};

/// The expression that matches this text only.
std::string literal_pattern(std::string_view text);

}  // namespace lunet::language
