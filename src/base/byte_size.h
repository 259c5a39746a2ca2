// SPDX-License-Identifier: Apache-2.0
// Sizes as users type and read them (ruling 29).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet {

/// Bytes from "1048576", "1g", "10mb", "1.5G", "1GiB" (units are powers of 1024, any case).
/// EINVAL for anything else, for fractions that are no whole number of bytes, and for overflow.
Result<std::uint64_t> parse_byte_size(std::string_view text);
/// "512 bytes", "1.0MiB", ... up to PiB: one decimal, as targetcli-fb prints it.
std::string format_byte_size(std::uint64_t bytes);

}  // namespace lunet
