// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/binary_value.h"

#include <fmt/core.h>

#include <algorithm>

namespace lunet::iscsi {

namespace {

using Decoded = std::optional<std::vector<std::uint8_t>>;

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  const std::size_t value = hex_digits.find(c);
  return value == hex_digits.npos ? -1 : static_cast<int>(value);
}

Decoded decode_hex(std::string_view text, std::size_t bytes_max) {
  if (text.empty() || text.size() % 2 != 0 || text.size() / 2 > bytes_max) return std::nullopt;
  std::vector<std::uint8_t> bytes(text.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); i++) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bytes;
}

Decoded decode_base64(std::string_view text, std::size_t bytes_max) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  if (text.ends_with('=')) padding = text.ends_with("==") ? 2 : 1;
  const std::size_t size = text.size() / 4 * 3 - padding;
  if (size > bytes_max) return std::nullopt;
  text.remove_suffix(padding);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(size);
  std::uint32_t bits = 0;
  unsigned count = 0;  // of bits that are not yet in a byte
  for (const char c : text) {
    const std::size_t value = base64_digits.find(c);
    if (value == base64_digits.npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
    bits &= (1U << count) - 1;
  }
  if (bits != 0) return std::nullopt;
  return bytes;
}

}  // namespace

Decoded decode_binary(std::string_view text, std::size_t bytes_max) {
  const std::string_view prefix = text.substr(0, 2);
  if (prefix == "0x" || prefix == "0X") return decode_hex(text.substr(2), bytes_max);
  if (prefix == "0b" || prefix == "0B") return decode_base64(text.substr(2), bytes_max);
  return std::nullopt;
}

std::string encode_binary(Bytes bytes) {
  std::string text = "0x";
  for (const std::uint8_t byte : bytes) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 0xf];
  }
  return text;
}

}  // namespace lunet::iscsi
