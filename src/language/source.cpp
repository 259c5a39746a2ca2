// SPDX-License-Identifier: Apache-2.0
#include "language/source.h"

#include <algorithm>

namespace lunet::language {

static std::size_t line_start(std::string_view text, std::size_t offset) {
  const auto before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

Position Source::position(std::uint32_t offset) const {
  const std::string_view text = text_;
  const std::size_t end = std::min<std::size_t>(offset, text.size());
  const std::size_t start = line_start(text, end);
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n');
  const auto line_text = text.substr(start, end - start);
  const auto characters = std::count_if(line_text.begin(), line_text.end(), is_first_byte);
  return {static_cast<std::uint32_t>(lines + 1), static_cast<std::uint32_t>(characters + 1)};
}

std::string_view Source::line(std::uint32_t offset) const {
  const std::string_view text = text_;
  const std::size_t start = line_start(text, std::min<std::size_t>(offset, text.size()));
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace lunet::language
