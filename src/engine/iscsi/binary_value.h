// SPDX-License-Identifier: Apache-2.0
// Binary values in text keys: "0x" and hexadecimal digits, or "0b" and base64 (RFC 7143 6.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lunet::iscsi {

/// 1 to `bytes_max` bytes; nothing for anything else. The length is known before the first byte is decoded.
/// Hexadecimal digits come in pairs; base64 is padded, and its unused bits are zero.
std::optional<std::vector<std::uint8_t>> decode_binary(std::string_view text, std::size_t bytes_max);
/// In hexadecimal.
std::string encode_binary(Bytes bytes);

}  // namespace lunet::iscsi
