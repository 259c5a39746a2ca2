// SPDX-License-Identifier: Apache-2.0
// Expression to instructions; used by PatternWord::compile() only.
#pragma once

#include <optional>
#include <string_view>

#include "language/pattern_word.h"

namespace lunet::language {

class PatternCompiler {
 public:
  PatternCompiler(std::string_view expression, PatternWord& word, PatternMistake& mistake)
      : text_(expression), word_(word), mistake_(mistake) {}
  bool run();

 private:
  using Operation = PatternWord::Operation;
  using Instruction = PatternWord::Instruction;
  using Set = std::bitset<256>;
  struct Repeat {
    std::size_t low = 1;
    std::size_t high = 1;  ///< 0: no limit
  };

  bool alternatives(std::size_t depth);
  bool sequence(std::size_t depth);
  bool repeated(std::size_t depth);
  bool atom(std::size_t depth);
  bool escape(Set& set);
  bool brackets(Set& set);
  bool bracket_character(unsigned char& c, Set& set, bool& is_set);
  std::optional<Repeat> repeat();
  std::optional<Repeat> braces();
  std::optional<std::size_t> number();
  bool expand(std::size_t start, const Repeat& repeat);
  bool emit(Operation operation, std::size_t first = 0, std::size_t second = 0);
  bool emit_set(const Set& set);
  /// Shifts the code from `at` by one place and puts an instruction there.
  bool insert(std::size_t at, Operation operation, std::size_t first, std::size_t second);
  bool append_copy(const std::vector<Instruction>& code, std::size_t start);
  bool fail(std::size_t at, std::string_view sentence);
  [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    const bool found = next_is(c);
    at_ += found ? 1 : 0;
    return found;
  }
  [[nodiscard]] std::size_t size() const { return word_.program_.size(); }

  std::string_view text_;
  std::size_t at_ = 0;
  PatternWord& word_;
  PatternMistake& mistake_;
};

}  // namespace lunet::language
