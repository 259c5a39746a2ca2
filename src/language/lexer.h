// SPDX-License-Identifier: Apache-2.0
// Text to tokens. One pass, no copies: words are views into the text, except decoded $"..." words.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "language/diagnostic.h"
#include "language/word.h"

namespace lunet::language {

enum class TokenKind : unsigned char { word, open, close, semicolon, line_end, comment, end };

struct Token {
  TokenKind kind = TokenKind::end;
  bool bad = false;  ///< a word with a mistake that is reported already
  Word word;         ///< of a comment: what follows '#', trimmed; of the others only the offset
};

/// `text` outlives the lexer and its words, and is shorter than 4 GiB. Mistakes are appended to
/// `diagnostics`, decoded words to `decoded` (a deque: their addresses stay).
class Lexer {
 public:
  Lexer(std::string_view text, std::vector<Diagnostic>& diagnostics, std::deque<std::string>& decoded);
  Token next();

 private:
  Token make(TokenKind kind, std::size_t length);
  Token comment();
  Token bare_word();
  Token quoted_word(bool escaped);
  void decode(Token& token);
  void require_gap(Token& token);
  void complain(std::size_t offset, std::string sentence);

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Diagnostic>& diagnostics_;
  std::deque<std::string>& decoded_;
};

}  // namespace lunet::language
