// SPDX-License-Identifier: Apache-2.0
#include "store/words.h"

#include "language/lexer.h"

namespace lunet::store {

Words::Words(std::string_view line) {
  std::vector<language::Diagnostic> mistakes;
  language::Lexer lexer(line, mistakes, decoded_);
  for (;;) {
    const language::Token key = lexer.next();
    const language::Token word = lexer.next();
    if (key.kind != language::TokenKind::word || word.kind != language::TokenKind::word) break;
    pairs_.emplace_back(key.word.text, word.word.text);
  }
  if (!mistakes.empty()) pairs_.clear();
}

std::string_view Words::value(std::string_view key) const {
  for (const auto& [name, text] : pairs_) {
    if (name == key) return text;
  }
  return {};
}

std::string written_word(std::string_view text) {
  return language::word_text(text);
}

}  // namespace lunet::store
