// SPDX-License-Identifier: Apache-2.0
#include "base/byte_size.h"

#include <fmt/core.h>

#include <array>

#include "base/text.h"

namespace lunet {

static Error bad_size(std::string_view text) {
  return {EINVAL, fmt::format("'{}' is not a size", text),
          "write bytes or a unit: 1048576, 512k, 1.5G, 10GiB"};
}

// The value of `digits` in decimal, times `unit`, divided by 10^decimals: exact or nothing.
static Result<std::uint64_t> scaled(std::string_view text, std::string_view digits, std::size_t decimals,
                                    std::uint64_t unit) {
  const auto number = parse_unsigned(digits);
  if (!number || decimals > 15) return bad_size(text);
  unsigned __int128 value = static_cast<unsigned __int128>(*number) * unit;
  for (; decimals > 0; --decimals) {
    if (value % 10 != 0) return bad_size(text);
    value /= 10;
  }
  if (value >> 64 != 0) return bad_size(text);
  return static_cast<std::uint64_t>(value);
}

Result<std::uint64_t> parse_byte_size(std::string_view text) {
  const auto digits_end = text.find_first_not_of("0123456789.");
  const std::string_view number = text.substr(0, digits_end);
  std::string unit = digits_end == std::string_view::npos ? "" : to_lower(text.substr(digits_end));
  int shift = 0;
  if (!unit.empty() && unit != "b" && unit != "bytes") {
    const auto at = std::string_view("kmgtp").find(unit[0]);
    if (at == std::string_view::npos) return bad_size(text);
    const std::string tail = unit.substr(1);
    if (!tail.empty() && tail != "b" && tail != "ib" && tail != "i") return bad_size(text);
    shift = 10 * (static_cast<int>(at) + 1);
  }
  const auto dot = number.find('.');
  if (dot == std::string_view::npos) return scaled(text, number, 0, std::uint64_t{1} << shift);
  const std::string_view fraction = number.substr(dot + 1);
  if (dot == 0 || fraction.empty() || fraction.find('.') != std::string_view::npos) return bad_size(text);
  return scaled(text, std::string(number.substr(0, dot)).append(fraction), fraction.size(),
                std::uint64_t{1} << shift);
}

std::string format_byte_size(std::uint64_t bytes) {
  constexpr std::array units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  auto value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f}{}", value, units[unit]);
}

}  // namespace lunet
