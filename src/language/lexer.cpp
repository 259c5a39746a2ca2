// SPDX-License-Identifier: Apache-2.0
#include "language/lexer.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lunet::language {

namespace {
enum class Kind : unsigned char { bare, other, blank, structure, quote };
}  // namespace

/// What each byte is. `other`: control characters and non-ASCII, which only quotes may hold.
static constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) kinds[c] = c > 0x20 && c < 0x7f ? Kind::bare : Kind::other;
  for (const char c : {' ', '\t'}) kinds[static_cast<unsigned char>(c)] = Kind::blank;
  for (const char c : {'{', '}', ';', '#', '\n'}) kinds[static_cast<unsigned char>(c)] = Kind::structure;
  for (const char c : {'"', '\''}) kinds[static_cast<unsigned char>(c)] = Kind::quote;
  return kinds;
}
static constexpr std::array<Kind, 256> kinds = make_kinds();
static Kind kind_of(char c) {
  return kinds[static_cast<unsigned char>(c)];
}

Lexer::Lexer(std::string_view text, std::vector<Diagnostic>& diagnostics, std::deque<std::string>& decoded)
    : text_(text), diagnostics_(diagnostics), decoded_(decoded) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

void Lexer::complain(std::size_t offset, std::string sentence) {
  diagnostics_.push_back({static_cast<std::uint32_t>(offset), std::move(sentence)});
}

Token Lexer::make(TokenKind kind, std::size_t length) {
  Token token;
  token.kind = kind;
  token.word.offset = static_cast<std::uint32_t>(at_);
  at_ += length;
  return token;
}

Token Lexer::next() {
  while (at_ < text_.size() && kind_of(text_[at_]) == Kind::blank) ++at_;
  if (at_ >= text_.size()) return make(TokenKind::end, 0);
  switch (text_[at_]) {
    case '{': return make(TokenKind::open, 1);
    case '}': return make(TokenKind::close, 1);
    case ';': return make(TokenKind::semicolon, 1);
    case '\n': return make(TokenKind::line_end, 1);
    case '#': return comment();
    case '"':
    case '\'': return quoted_word(false);
    case '\r':
      if (text_.substr(at_).starts_with("\r\n")) return make(TokenKind::line_end, 2);
      return bare_word();
    case '$':
      if (text_.substr(at_).starts_with("$\"")) return quoted_word(true);
      return bare_word();
    default: return bare_word();
  }
}

Token Lexer::comment() {
  const std::size_t end = std::min(text_.find('\n', at_), text_.size());
  std::string_view text = trim(text_.substr(at_ + 1, end - at_ - 1));
  if (text.empty()) text = text_.substr(at_ + 1, 0);  // "#" alone is a comment too: never a null view
  Token token = make(TokenKind::comment, end - at_);
  token.word.text = text;
  return token;
}

Token Lexer::bare_word() {
  const std::size_t start = at_;
  std::size_t end = start;
  std::size_t mistake = std::string_view::npos;
  for (; end < text_.size(); ++end) {
    const Kind kind = kind_of(text_[end]);
    if (kind == Kind::bare) continue;
    const bool line_end = text_[end] == '\r' && text_.substr(end).starts_with("\r\n");
    if (kind != Kind::other || (line_end && end > start)) break;
    if (mistake == std::string_view::npos) mistake = end;
  }
  Token token = make(TokenKind::word, end - start);
  token.word.text = text_.substr(start, end - start);
  if (mistake != std::string_view::npos) {
    const bool control = static_cast<unsigned char>(text_[mistake]) < 0x80;
    complain(mistake, control ? "a control character may only stand in $\"...\", written as \\xNN"
                              : "characters outside ASCII need quotes around the word");
    token.bad = true;
  }
  require_gap(token);
  return token;
}

/// A word ends where a blank, a delimiter, a brace or a comment starts.
void Lexer::require_gap(Token& token) {
  if (at_ >= text_.size()) return;
  const Kind kind = kind_of(text_[at_]);
  if (kind == Kind::blank || kind == Kind::structure || text_.substr(at_).starts_with("\r\n")) return;
  if (!token.bad) {
    complain(at_, kind == Kind::quote
                      ? "a quote inside a word: put the whole word in quotes (the other kind, or $\"...\")"
                      : "a blank is missing after the closing quote");
  }
  token.bad = true;
  while (at_ < text_.size() && kind_of(text_[at_]) != Kind::blank && kind_of(text_[at_]) != Kind::structure)
    ++at_;
}

/// The place of the closing quote; the line's end when there is none.
static std::size_t closing_quote(std::string_view text, std::size_t at, char quote, bool escaped) {
  for (; at < text.size(); ++at) {
    if (text[at] == quote || text[at] == '\n') return at;
    const bool escape = escaped && text[at] == '\\' && at + 1 < text.size() && text[at + 1] != '\n';
    if (escape) ++at;
  }
  return at;
}

Token Lexer::quoted_word(bool escaped) {
  const std::size_t start = at_;
  const std::size_t inside = start + (escaped ? 2 : 1);
  const char quote = text_[inside - 1];
  const std::size_t end = closing_quote(text_, inside, quote, escaped);
  const bool closed = end < text_.size() && text_[end] == quote;
  Token token = make(TokenKind::word, end - start + (closed ? 1 : 0));
  token.word.text = text_.substr(inside, end - inside);
  token.word.form = escaped ? Form::escaped : Form::quoted;
  if (!closed) {
    complain(start, "this quote is not closed on its line");
    token.bad = true;
    return token;
  }
  if (escaped) decode(token);
  require_gap(token);
  return token;
}

void Lexer::decode(Token& token) {
  std::size_t mistake = 0;
  auto decoded = decode_escapes(token.word.text, mistake);
  if (!decoded) {
    complain(token.word.offset + 2 + mistake, "unknown escape; there are \\\\ \\\" \\n \\r \\t and \\xNN");
    token.bad = true;
    return;
  }
  token.word.text = decoded_.emplace_back(std::move(*decoded));
}

}  // namespace lunet::language
