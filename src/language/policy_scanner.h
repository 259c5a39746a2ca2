// SPDX-License-Identifier: Apache-2.0
// Characters of a policy text to words and signs; used by parse_policy() only. The configuration's lexer does
// not fit: here `%bool(yes)` is five things.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/diagnostic.h"
#include "language/word.h"

namespace lunet::language {

class PolicyScanner {
 public:
  PolicyScanner(std::string_view text, std::vector<Diagnostic>& diagnostics,
                std::deque<std::string>& decoded);

  [[nodiscard]] std::uint32_t at() const { return static_cast<std::uint32_t>(at_); }
  void skip_blanks();
  /// All of these skip blanks first.
  bool at_end();
  bool at_line_end();
  bool next_is(char c);
  bool take(char c);
  bool take_line_end();
  /// A character that ends a statement: a delimiter, a comment, a brace, the end.
  bool at_statement_end();
  /// At '#': the comment's text, trimmed.
  std::string_view comment();
  /// Letters, digits, '_', then whether '(' follows at once; "" for none. The word is not consumed by peek.
  Word peek_name();
  Word name();
  /// A bare word without `{ } # ' " ; % @ ( )` and the characters in `also`, or a quoted one; complains and
  /// returns nothing when there is none.
  std::optional<Word> word(std::string_view also = {});
  std::optional<Word> quoted();
  [[nodiscard]] bool text_is(std::size_t offset, char c) const {
    return offset < text_.size() && text_[offset] == c;
  }
  /// To the end of the statement, quotes respected.
  void skip_statement();
  void complain(std::uint32_t offset, std::string sentence);

 private:
  [[nodiscard]] bool is_bare(char c, std::string_view also) const;
  std::optional<Word> decode(Word word);

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Diagnostic>& diagnostics_;
  std::deque<std::string>& decoded_;
};

}  // namespace lunet::language
