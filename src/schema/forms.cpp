// SPDX-License-Identifier: Apache-2.0
#include "schema/forms.h"

#include <algorithm>

#include "base/byte_size.h"
#include "base/text.h"

namespace lunet::schema {

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
static bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
static bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}
static bool printable_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Normal normal_boolean(std::string_view text) {
  constexpr std::size_t word_max = 8;
  if (text.size() > word_max) return std::nullopt;
  if (const auto value = parse_bool(text)) return *value ? "yes" : "no";
  const std::string lower = to_lower(text);
  if (lower == "enable") return "yes";
  if (lower == "disable") return "no";
  return std::nullopt;
}

/// Digits, a point, digits, a unit; `unit` is as many bytes. The bytes that are whole.
static std::optional<std::uint64_t> whole_bytes(std::string_view number, std::uint64_t unit) {
  const std::size_t point = number.find('.');
  const auto whole = parse_unsigned(number.substr(0, point));
  if (!whole) return std::nullopt;
  unsigned __int128 value = static_cast<unsigned __int128>(*whole) * unit;
  if (point != std::string_view::npos) {
    std::string_view fraction = number.substr(point + 1);
    if (!fraction.empty() && !all_digits(fraction)) return std::nullopt;
    constexpr std::size_t digits_max = 18;
    fraction = fraction.substr(0, digits_max);
    unsigned __int128 scale = 1;
    unsigned __int128 digits = 0;
    for (const char c : fraction) {
      scale *= 10;
      digits = digits * 10 + static_cast<unsigned>(c - '0');
    }
    value += digits * unit / scale;
  }
  if (value > static_cast<unsigned __int128>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const std::size_t digits_end = std::min(text.find_first_not_of("0123456789."), text.size());
  constexpr std::size_t unit_max = 8;
  if (digits_end == 0 || text.size() - digits_end > unit_max) return std::nullopt;
  std::uint64_t unit = 1;
  if (digits_end < text.size()) {
    const auto known = parse_byte_size(std::string("1").append(text.substr(digits_end)));
    if (!known) return std::nullopt;
    unit = *known;
  }
  return whole_bytes(text.substr(0, digits_end), unit);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  return parse_signed(text);
}

Normal normal_list(const Form& form, std::string_view text) {
  std::vector<std::string_view> parts = split(text, ',');
  std::string normal;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = trim(parts[i]);
    const bool known = std::find(form.words.begin(), form.words.end(), parts[i]) != form.words.end();
    const auto end = parts.begin() + static_cast<std::ptrdiff_t>(i);
    if (!known || std::find(parts.begin(), end, parts[i]) != end) return std::nullopt;
    if (i > 0) normal += ',';
    normal += parts[i];
  }
  return normal;
}

bool fits_line(std::string_view text) {
  return text.find_first_of(std::string_view("\n\0", 2)) == std::string_view::npos;
}

bool fits_credential(std::string_view text) {
  return fits_line(text) && text != "NULL";
}

bool fits_name(std::string_view text) {
  constexpr std::size_t name_max = 255;
  const bool blank = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '/';
  });
  return !text.empty() && text.size() <= name_max && !blank && text != "." && text != "..";
}

bool fits_path(std::string_view text) {
  // LIO's control string would end at a comma or a line end, and open another file (ruling 7).
  constexpr std::size_t path_max = 4095;
  return text.starts_with('/') && text.size() <= path_max &&
         text.find_first_of(std::string_view(",\n\0", 3)) == std::string_view::npos;
}

bool fits_serial(std::string_view text) {
  constexpr std::size_t serial_max = 253;
  return !text.empty() && text.size() <= serial_max && printable_word(text);
}

/// iqn.YYYY-MM.REVERSED.DOMAIN[:anything] (RFC 7143 4.2.7.4), as rtslib takes it: no blank, no '_'.
bool fits_iqn(std::string_view text) {
  constexpr std::size_t name_max = 223;
  constexpr std::string_view prefix = "iqn.";
  if (!text.starts_with(prefix) || text.size() > name_max || !printable_word(text)) return false;
  if (text.find('_') != std::string_view::npos) return false;
  text.remove_prefix(prefix.size());
  constexpr std::size_t date_size = 8;  // "YYYY-MM."
  if (text.size() < date_size || !all_digits(text.substr(0, 4)) || text[4] != '-' || text[7] != '.')
    return false;
  const auto month = all_digits(text.substr(5, 2)) ? parse_unsigned(text.substr(5, 2)) : std::nullopt;
  if (!month || *month < 1 || *month > 12) return false;
  const std::string_view domain = text.substr(date_size);
  const std::size_t point = domain.find('.');
  return point != std::string_view::npos && point > 0 && point + 1 < domain.size();
}

bool fits_digits(std::string_view text, std::string_view prefix, std::size_t digits, std::size_t or_digits) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return (text.size() == digits || text.size() == or_digits) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

Normal normal_backend(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !fits_name(text.substr(colon + 1)))
    return std::nullopt;
  const bool plugin = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                                  [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
  return plugin ? Normal(std::string(text)) : std::nullopt;
}

}  // namespace lunet::schema
