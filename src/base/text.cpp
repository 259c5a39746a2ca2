// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <sys/random.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/check.h"

namespace lunet {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : separator).append(word);
  return text;
}

template <class T>
static std::optional<T> parse_whole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  return parse_whole<std::uint64_t>(text);
}

std::optional<std::int64_t> parse_signed(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

std::optional<bool> parse_bool(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "true" || word == "yes" || word == "1") return true;
  if (word == "false" || word == "no" || word == "0") return false;
  return std::nullopt;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The trailing number without leading zeros; `text` is left with what stands before it.
static std::string_view take_number(std::string_view& text) {
  std::size_t digits = text.size();
  while (digits > 0 && is_digit(text[digits - 1])) --digits;
  std::string_view number = text.substr(digits);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  text = text.substr(0, digits);
  return number;
}

static bool is_number(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return true;
}

bool natural_less(std::string_view a, std::string_view b) {
  // Mostly they are the same, or differ in a number of as many digits.
  if (a.size() == b.size()) {
    if (a == b) return false;
    std::size_t same = 0;
    while (a[same] == b[same]) ++same;
    if (is_number(a.substr(same)) && is_number(b.substr(same))) return a[same] < b[same];
  }
  std::string_view a_text = a;
  std::string_view b_text = b;
  const std::string_view a_number = take_number(a_text);
  const std::string_view b_number = take_number(b_text);
  if (const int order = a_text.compare(b_text); order != 0) return order < 0;
  if (a_number.size() != b_number.size()) return a_number.size() < b_number.size();
  if (const int order = a_number.compare(b_number); order != 0) return order < 0;
  return a < b;
}

static void fill_random(void* buffer, std::size_t size) {
  CHECK(::getrandom(buffer, size, 0) == static_cast<ssize_t>(size));
}

std::string random_hex(std::size_t digits) {
  std::string text(digits, '0');
  fill_random(text.data(), digits);
  for (char& c : text) c = "0123456789abcdef"[static_cast<unsigned char>(c) & 15U];
  return text;
}

std::string random_uuid() {
  std::string hex = random_hex(32);
  hex[12] = '4';
  hex[16] = "89ab"[static_cast<unsigned char>(random_hex(1)[0]) & 3U];
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
         hex.substr(20);
}

}  // namespace lunet
