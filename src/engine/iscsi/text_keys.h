// SPDX-License-Identifier: Apache-2.0
// Text of login and text PDUs: "Key=Value" pairs, each ended by a zero byte (RFC 7143 6.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::iscsi {

struct TextPair {
  std::string_view key;
  std::string_view value;
};

inline constexpr std::size_t key_bytes_max = 63;
inline constexpr std::size_t value_bytes_max = 255;  ///< of every key that we know
inline constexpr std::size_t pairs_max = 256;        ///< in one text; ours, the RFC has none

/// The pairs, as views into `text`. EINVAL for a pair without '=' or a key that is no key; E2BIG for too
/// many. A missing zero byte after the last pair and empty strings between pairs are tolerated.
Result<std::vector<TextPair>> parse_text(std::string_view text);
void append_pair(std::string& text, std::string_view key, std::string_view value);

/// A decimal or "0x" hexadecimal constant.
std::optional<std::uint64_t> parse_number(std::string_view text);
/// "Yes" or "No", nothing else.
std::optional<bool> parse_yes_no(std::string_view text);

}  // namespace lunet::iscsi
