// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/text_keys.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace lunet::iscsi {

namespace {

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool valid_key(std::string_view key) {
  constexpr std::string_view others = ".-+@_#";
  return !key.empty() && key.size() <= key_bytes_max && letter(key.front()) &&
         std::all_of(key.begin(), key.end(),
                     [&](char c) { return letter(c) || digit(c) || others.find(c) != others.npos; });
}

}  // namespace

Result<std::vector<TextPair>> parse_text(std::string_view text) {
  std::vector<TextPair> pairs;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || !valid_key(pair.substr(0, equals))) {
      return Error{EINVAL, "text with something that is no Key=Value pair", {}};
    }
    if (pairs.size() == pairs_max) return Error{E2BIG, fmt::format("more than {} keys", pairs_max), {}};
    pairs.push_back({pair.substr(0, equals), pair.substr(equals + 1)});
  }
  return pairs;
}

void append_pair(std::string& text, std::string_view key, std::string_view value) {
  text.append(key).append(1, '=').append(value).append(1, '\0');
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return parse_unsigned(text);
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_yes_no(std::string_view text) {
  if (text == "Yes") return true;
  if (text == "No") return false;
  return std::nullopt;
}

}  // namespace lunet::iscsi
