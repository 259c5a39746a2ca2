// SPDX-License-Identifier: Apache-2.0
#include "language/policy_scanner.h"

#include <algorithm>

#include "base/text.h"

namespace lunet::language {

static bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

PolicyScanner::PolicyScanner(std::string_view text, std::vector<Diagnostic>& diagnostics,
                             std::deque<std::string>& decoded)
    : text_(text), diagnostics_(diagnostics), decoded_(decoded) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

void PolicyScanner::complain(std::uint32_t offset, std::string sentence) {
  diagnostics_.push_back({offset, std::move(sentence)});
}

void PolicyScanner::skip_blanks() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
}

bool PolicyScanner::at_end() {
  skip_blanks();
  return at_ >= text_.size();
}

bool PolicyScanner::at_line_end() {
  return !at_end() && (text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n"));
}

bool PolicyScanner::next_is(char c) {
  return !at_end() && text_[at_] == c;
}

bool PolicyScanner::take(char c) {
  const bool found = next_is(c);
  if (found) ++at_;
  return found;
}

bool PolicyScanner::take_line_end() {
  if (!at_line_end()) return false;
  at_ += text_[at_] == '\r' ? 2 : 1;
  return true;
}

bool PolicyScanner::at_statement_end() {
  return at_end() || at_line_end() || std::string_view(";#{}").find(text_[at_]) != std::string_view::npos;
}

std::string_view PolicyScanner::comment() {
  const std::size_t end = std::min(text_.find('\n', at_), text_.size());
  const std::string_view text = trim(text_.substr(at_ + 1, end - at_ - 1));
  at_ = end;
  return text;
}

Word PolicyScanner::peek_name() {
  skip_blanks();
  std::size_t end = at_;
  while (end < text_.size() && is_name_character(text_[end])) ++end;
  return {.text = text_.substr(at_, end - at_), .offset = at()};
}

Word PolicyScanner::name() {
  const Word word = peek_name();
  at_ += word.text.size();
  return word;
}

bool PolicyScanner::is_bare(char c, std::string_view also) const {
  constexpr std::string_view reserved = "{}#'\";%@()";
  return c > 0x20 && c < 0x7f && reserved.find(c) == std::string_view::npos &&
         also.find(c) == std::string_view::npos;
}

std::optional<Word> PolicyScanner::word(std::string_view also) {
  skip_blanks();
  if (next_is('"') || next_is('\'') || text_.substr(at_).starts_with("$\"")) return quoted();
  std::size_t end = at_;
  while (end < text_.size() && is_bare(text_[end], also)) ++end;
  const Word word{.text = text_.substr(at_, end - at_), .offset = at()};
  if (word.text.empty()) {
    const bool other = at_ < text_.size() && (text_[at_] < 0x20 || text_[at_] == 0x7f) && !at_line_end();
    complain(at(), other ? "this character needs quotes around the word" : "a word is missing here");
    return std::nullopt;
  }
  at_ = end;
  return word;
}

std::optional<Word> PolicyScanner::quoted() {
  const bool escaped = text_[at_] == '$';
  Word word{.text = {}, .offset = at(), .form = escaped ? Form::escaped : Form::quoted};
  const std::size_t inside = at_ + (escaped ? 2 : 1);
  const char quote = text_[inside - 1];
  std::size_t end = inside;
  while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
    const bool escape = escaped && text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] != '\n';
    end += escape ? 2 : 1;
  }
  if (end >= text_.size() || text_[end] != quote) {
    complain(word.offset, "this quote is not closed on its line");
    at_ = std::min(end, text_.size());
    return std::nullopt;
  }
  word.text = text_.substr(inside, end - inside);
  at_ = end + 1;
  return escaped ? decode(word) : word;
}

std::optional<Word> PolicyScanner::decode(Word word) {
  std::size_t mistake = 0;
  auto decoded = decode_escapes(word.text, mistake);
  if (!decoded) {
    complain(word.offset + 2 + static_cast<std::uint32_t>(mistake),
             "unknown escape; there are \\\\ \\\" \\n \\r \\t and \\xNN");
    return std::nullopt;
  }
  word.text = decoded_.emplace_back(std::move(*decoded));
  return word;
}

void PolicyScanner::skip_statement() {
  while (!at_statement_end()) {
    const char c = text_[at_++];
    if (c != '"' && c != '\'') continue;
    const std::size_t end = text_.find_first_of(std::string{c, '\n'}, at_);
    if (end == std::string_view::npos) {
      at_ = text_.size();
    } else {
      at_ = end + (text_[end] == c ? 1 : 0);
    }
  }
}

}  // namespace lunet::language
