// SPDX-License-Identifier: Apache-2.0
#include "language/word.h"

#include <fmt/core.h>

#include <algorithm>

namespace lunet::language {

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::uint8_t> find_class(std::string_view word) {
  // Asked for nearly every word of a text: mostly the first letter says no.
  const auto* const found =
      std::find_if(object_classes.begin(), object_classes.end(), [word](std::string_view name) {
        return word.size() == name.size() && word[0] == name[0] && word == name;
      });
  if (found == object_classes.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - object_classes.begin());
}

bool is_attribute_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_';
  }) && !find_class(text);
}

bool is_group_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || c == '_'; }) &&
         !find_class(text);
}

/// The length of the valid UTF-8 sequence (RFC 3629) at the start of the text that is not ASCII and no C1
/// control; 0 for none.
static std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool outside = (first == 0xED && byte(1) >= 0xA0) || (first == 0xF4 && byte(1) >= 0x90);
  const bool control = first == 0xC2 && byte(1) < 0xA0;
  return overlong || outside || control ? 0 : length;
}

static bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
static bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

namespace {
struct Needs {
  bool quotes = false;
  bool escapes = false;
  bool has_double = false;
  bool has_single = false;
};
}  // namespace

static Needs needs_of(std::string_view text) {
  Needs needs{.quotes = text.empty()};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_ascii(c)) {
      const std::size_t length = utf8_length(text.substr(i));
      needs.quotes = true;
      if (length == 0) needs.escapes = true;
      i += length > 0 ? length - 1 : 0;
      continue;
    }
    needs.escapes |= is_control(c);
    needs.has_double |= c == '"';
    needs.has_single |= c == '\'';
    // The comma and '~' would be read back bare too; the original quotes them, and bare ~words~ are reserved.
    needs.quotes |= std::string_view(" ~{}#,;'\"").find(c) != std::string_view::npos;
  }
  return needs;
}

static void append_escaped(std::string& out, std::string_view text) {
  out += "$\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::size_t length = is_ascii(c) ? 0 : utf8_length(text.substr(i));
    if (length > 0) {
      out += text.substr(i, length);
      i += length - 1;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (is_control(c) || !is_ascii(c)) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_word(std::string& out, std::string_view text) {
  const Needs needs = needs_of(text);
  if (needs.escapes || (needs.has_double && needs.has_single)) return append_escaped(out, text);
  if (!needs.quotes) {
    out += text;
    return;
  }
  const char quote = needs.has_double ? '\'' : '"';
  out += quote;
  out += text;
  out += quote;
}

std::string word_text(std::string_view text) {
  std::string word;
  append_word(word, text);
  return word;
}

static int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What the escape at the start of `text` (a backslash) stands for; its length goes to `length`, 0 for none.
static char decode_one(std::string_view text, std::size_t& length) {
  length = 2;
  switch (text.size() > 1 ? text[1] : '\0') {
    case '\\': return '\\';
    case '"': return '"';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'x': {
      length = 4;
      const int high = text.size() > 3 ? hex_digit(text[2]) : -1;
      const int low = text.size() > 3 ? hex_digit(text[3]) : -1;
      if (high >= 0 && low >= 0) return static_cast<char>(high * 16 + low);
      break;
    }
    default: break;
  }
  length = 0;
  return '\0';
}

std::optional<std::string> decode_escapes(std::string_view text, std::size_t& mistake_at) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      decoded += text[i++];
      continue;
    }
    std::size_t length = 0;
    decoded += decode_one(text.substr(i), length);
    if (length == 0) {
      mistake_at = i;
      return std::nullopt;
    }
    i += length;
  }
  return decoded;
}

}  // namespace lunet::language
