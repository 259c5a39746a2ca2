// SPDX-License-Identifier: Apache-2.0
// Small things on text that the standard library lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lunet {

/// Without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text);
/// The parts between the separators; "a,,b" has three, "" has one (empty).
std::vector<std::string_view> split(std::string_view text, char separator);
std::string joined(const std::vector<std::string>& words, std::string_view separator = ", ");
/// Decimal, digits only; nothing for signs, blanks, other characters or overflow.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
/// Decimal with an optional leading '-'.
std::optional<std::int64_t> parse_signed(std::string_view text);
/// true/false/yes/no/1/0 in any case (ruling 29); nothing else.
std::optional<bool> parse_bool(std::string_view text);
std::string to_lower(std::string_view text);
/// Orders "lun2" before "lun10": by the text before a trailing number, then by that number.
bool natural_less(std::string_view a, std::string_view b);
/// A random (version 4) UUID in lower-case text, from the kernel's random source.
std::string random_uuid();
/// `digits` random lower-case hexadecimal digits.
std::string random_hex(std::size_t digits);

}  // namespace lunet
