// SPDX-License-Identifier: Apache-2.0
#include "config/printed_line.h"

#include "language/word.h"

namespace lunet::config {
namespace {

/// What may stand in a word without quotes; in quotes everything but the quote and what controls.
constexpr bool is_bare(char c) {
  return c > ' ' && c < 0x7f && std::string_view("{}#'\";").find(c) == std::string_view::npos;
}

constexpr std::array<bool, 256> make_bare() {
  std::array<bool, 256> bare{};
  for (int c = 0; c < 0x7f; ++c) bare[static_cast<std::size_t>(c)] = is_bare(static_cast<char>(c));
  return bare;
}
constexpr std::array<bool, 256> bare_characters = make_bare();

/// Behind the end of the word at the start of `text`; 0: none that print() writes.
std::size_t read_word(std::string_view text, PrintedWord& word) {
  word.escaped = text.starts_with("$\"");
  const std::size_t start = word.escaped ? 2 : 1;
  const char quote = text[start - 1];
  word.quoted = quote == '"' || quote == '\'';
  std::size_t end = word.quoted ? start : 0;
  if (word.quoted) {
    while (end < text.size() && text[end] != quote && static_cast<unsigned char>(text[end]) >= ' ' &&
           text[end] != 0x7f)
      end += word.escaped && text[end] == '\\' ? 2 : 1;
    if (end >= text.size() || text[end] != quote) return 0;
    word.text = text.substr(start, end - start);
    std::size_t mistake = 0;
    if (word.escaped && !language::decode_escapes(word.text, mistake)) return 0;
    return end + 1;
  }
  while (end < text.size() && bare_characters[static_cast<unsigned char>(text[end])]) ++end;
  word.text = text.substr(0, end);
  return word.text == language::unset_marker || word.text == language::keep_marker ? 0 : end;
}

bool add_word(PrintedLine& line, std::string_view& text) {
  if (line.count == line.words.size()) return false;
  const std::size_t end = read_word(text, line.words[line.count++]);
  if (end == 0) return false;
  text.remove_prefix(end);
  if (text.empty()) return true;
  if (text.front() != ' ' || text.size() == 1) return false;
  text.remove_prefix(1);
  return true;
}

/// Without the comment at its end.
std::string_view without_comment(std::string_view text, bool& commented) {
  commented = false;
  if (text.find('#') == std::string_view::npos) return text;
  std::size_t at = 0;
  while (at < text.size() && text[at] != '#') {
    PrintedWord word;
    const std::size_t end = text[at] == '{' ? 1 : read_word(text.substr(at), word);
    if (end == 0) return text;
    at += end;
    if (at < text.size() && text[at] == ' ') ++at;
  }
  commented = at < text.size() && at > 0;
  return commented ? text.substr(0, at - 1) : text;
}

}  // namespace

bool is_comment_line(std::string_view line) {
  const std::size_t start = line.find_first_not_of(' ');
  return start != std::string_view::npos && line[start] == '#';
}

bool read_printed_line(std::string_view text, PrintedLine& line) {
  line.count = line.objects = 0;
  text = without_comment(text, line.commented);
  line.opens = text.ends_with(" {");
  if (line.opens) text.remove_suffix(2);
  while (!text.empty()) {
    if (!add_word(line, text)) return false;
  }
  const auto& words = line.words;
  while (2 * line.objects < line.count && !words[2 * line.objects].quoted &&
         language::find_class(words[2 * line.objects].text)) {
    if (2 * line.objects + 1 == line.count) return false;
    ++line.objects;
  }
  const PrintedWord* rest = &words[2 * line.objects];
  const auto is_name = [](const PrintedWord& word) {
    return !word.quoted && language::is_attribute_name(word.text);
  };
  const auto is_group = [](const PrintedWord& word) {
    return !word.quoted && language::is_group_name(word.text);
  };
  switch (line.rest()) {
    case 0: return line.objects > 0;
    case 1: return line.opens && is_group(rest[0]);
    case 2: return !line.opens && is_name(rest[0]);
    case 3: return !line.opens && is_group(rest[0]) && is_name(rest[1]);
    default: return false;
  }
}

ObjectKey PrintedLine::key() const {
  std::size_t mistake = 0;
  return {static_cast<ObjectClass>(*language::find_class(words[0].text)),
          words[1].escaped ? *language::decode_escapes(words[1].text, mistake) : std::string(words[1].text)};
}

}  // namespace lunet::config
