// SPDX-License-Identifier: Apache-2.0
#include "shell/tokens.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

namespace lunet::shell {

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_keyword_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

// Whether a '=' may end a keyword here: only keyword characters before it.
static bool may_split(std::string_view before) {
  return !before.empty() && std::all_of(before.begin(), before.end(), is_keyword_character);
}

namespace {

/// Cuts one line into tokens.
class Lexer {
 public:
  explicit Lexer(std::string_view line) : line_(line) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
      if (at_ == line_.size()) return tokens;
      tokens.push_back(TRY(next_token()));
    }
  }

 private:
  Result<Token> next_token() {
    Token token;
    bool quoted = false;
    while (at_ < line_.size() && !is_blank(line_[at_])) {
      const char c = line_[at_];
      if (c == '\'' || c == '"') {
        TRY_OK(take_quoted(token.text));
        quoted = true;
      } else if (c == '\\') {
        if (at_ + 1 == line_.size()) return unfinished("backslash", at_);
        token.text += line_[at_ + 1];
        at_ += 2;
        quoted = true;
      } else {
        if (c == '=' && !token.is_keyword() && !quoted && may_split(token.text))
          token.equals = token.text.size();
        token.text += c;
        ++at_;
      }
    }
    return token;
  }

  Result<> take_quoted(std::string& text) {
    const std::size_t start = at_;
    const char quote = line_[at_++];
    for (; at_ < line_.size() && line_[at_] != quote; ++at_) {
      const bool escapes = quote == '"' && line_[at_] == '\\' && at_ + 1 < line_.size() &&
                           (line_[at_ + 1] == '"' || line_[at_ + 1] == '\\');
      if (escapes) ++at_;
      text += line_[at_];
    }
    if (at_ == line_.size()) return unfinished("quote", start);
    ++at_;
    return {};
  }

  static Error unfinished(std::string_view what, std::size_t at) {
    return {EINVAL, fmt::format("the {} at column {} does not end", what, at + 1),
            "close it, or put a backslash before it to mean the character itself"};
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokens_of_line(std::string_view line) {
  return Lexer(line).run();
}

Result<std::vector<Token>> tokens_of_words(std::span<const std::string> words) {
  if (words.size() == 1 && std::any_of(words[0].begin(), words[0].end(), is_blank))
    return tokens_of_line(words[0]);
  std::vector<Token> tokens;
  for (const std::string& word : words) {
    Token token{word, std::string::npos};
    const auto equals = word.find('=');
    if (equals != std::string::npos && may_split(std::string_view(word).substr(0, equals)))
      token.equals = equals;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

std::string as_typed(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of(" \t\n\r'\"\\") == std::string_view::npos;
  if (plain) return std::string(text);
  if (text.find('\'') == std::string_view::npos) return "'" + std::string(text) + "'";
  std::string written = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') written += '\\';
    written += c;
  }
  return written + "\"";
}

}  // namespace lunet::shell
