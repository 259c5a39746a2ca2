// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/statement.h"

#include <algorithm>

#include "base/text.h"
#include "language/word.h"

namespace lunet::shell::modes {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Walks a text of the language by its characters, knowing which are inside of quotes.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] char here() const { return text_[at_]; }
  [[nodiscard]] bool at_quote() const {
    return here() == '"' || here() == '\'' || (here() == '$' && next() == '"');
  }
  void skip() { ++at_; }
  /// Behind the quoted word. False: its quote does not end.
  bool skip_quoted() {
    const bool escapes = here() == '$';
    if (escapes) skip();
    const char quote = here();
    for (skip(); !at_end(); skip()) {
      if (escapes && here() == '\\') {
        skip();
      } else if (here() == quote) {
        skip();
        return true;
      }
    }
    at_ = std::min(at_, text_.size());
    return false;
  }
  /// A word of any form; what is in its quotes is decoded. False: a quote does not end.
  bool take_word(std::string& word) {
    while (!at_end() && blanks.find(here()) == std::string_view::npos) {
      if (!at_quote()) {
        word += here();
        skip();
        continue;
      }
      const std::size_t from = at_;
      const bool ended = skip_quoted();
      append_decoded(word, text_.substr(from, at_ - from), ended);
      if (!ended) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }

  static void append_decoded(std::string& word, std::string_view quoted, bool ended) {
    const bool escapes = quoted.front() == '$';
    quoted.remove_prefix(escapes ? 2 : 1);
    if (ended) quoted.remove_suffix(1);
    std::size_t mistake = 0;
    const auto decoded = escapes ? language::decode_escapes(quoted, mistake) : std::nullopt;
    word += decoded ? *decoded : std::string(quoted);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Calls `found(at)` for each character outside of quotes. False: a quote does not end.
template <class Found>
bool scan(std::string_view text, const Found& found) {
  Scanner scanner(text);
  while (!scanner.at_end()) {
    if (scanner.at_quote()) {
      if (!scanner.skip_quoted()) return false;
      continue;
    }
    found(scanner.at());
    scanner.skip();
  }
  return true;
}

bool is_blank(std::string_view text, std::size_t at) {
  return at >= text.size() || blanks.find(text[at]) != std::string_view::npos;
}

}  // namespace

Result<std::vector<std::string>> words_of(std::string_view text) {
  std::vector<std::string> words;
  Scanner scanner(text);
  while (!scanner.at_end()) {
    if (is_blank(text, scanner.at())) {
      scanner.skip();
      continue;
    }
    words.emplace_back();
    if (!scanner.take_word(words.back()))
      return Error{EINVAL, "a quote does not end", "close it, or put the other kind of quote around it"};
  }
  return words;
}

Unfinished unfinished_words(std::string_view text) {
  Unfinished line{{}, text.size()};
  Scanner scanner(text);
  while (!scanner.at_end()) {
    if (is_blank(text, scanner.at())) {
      scanner.skip();
      continue;
    }
    line.start = scanner.at();
    line.words.emplace_back();
    scanner.take_word(line.words.back());
  }
  if (text.empty() || is_blank(text, text.size() - 1)) {
    line.words.emplace_back();
    line.start = text.size();
  }
  return line;
}

std::string line_of(std::span<const std::string> words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    const bool bare = word == "{" || word == "}" || word == ";" || word == language::unset_marker ||
                      word == language::keep_marker;
    line += bare ? word : language::word_text(word);
  }
  return line;
}

std::vector<std::string> split_pipes(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  scan(text, [&](std::size_t at) {
    if (text[at] != '|' || (at > 0 && !is_blank(text, at - 1)) || !is_blank(text, at + 1)) return;
    parts.emplace_back(trim(text.substr(from, at - from)));
    from = at + 1;
  });
  parts.emplace_back(trim(text.substr(from)));
  return parts;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  int depth = 0;
  scan(text, [&](std::size_t at) {
    const char c = text[at];
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if ((c != ';' && c != '\n') || depth > 0) return;
    lines.emplace_back(trim(text.substr(from, at - from)));
    from = at + 1;
  });
  lines.emplace_back(trim(text.substr(from)));
  std::erase(lines, std::string());
  return lines;
}

bool goes_on(std::string_view text) {
  int depth = 0;
  scan(text, [&](std::size_t at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}') --depth;
  });
  return depth > 0;
}

std::string without_secrets(std::string_view text) {
  std::string hidden;
  Scanner scanner(text);
  bool secret = false;
  while (!scanner.at_end()) {
    if (is_blank(text, scanner.at())) {
      hidden += scanner.here();
      scanner.skip();
      continue;
    }
    const std::size_t from = scanner.at();
    std::string word;
    scanner.take_word(word);
    const std::string_view typed = text.substr(from, scanner.at() - from);
    const bool hides = secret && word != language::unset_marker && word != language::keep_marker;
    hidden += hides ? std::string("***") : std::string(typed);
    if (hides && typed.ends_with(';')) hidden += ';';
    const std::string name = to_lower(word);
    secret = name.find("password") != std::string::npos || name.find("userid") != std::string::npos;
  }
  return hidden;
}

}  // namespace lunet::shell::modes
