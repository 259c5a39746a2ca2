// SPDX-License-Identifier: Apache-2.0
#include "base/iscsi_name.h"

#include <stringprep.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lunet {

namespace {

constexpr std::size_t name_bytes_max = 223;

}  // namespace

std::string fold_iscsi_name(std::string_view name) {
  const bool ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<signed char>(c) > 0; });
  if (ascii) return to_lower(name);
  // A name has 223 bytes at most; folding makes no character longer than three times its length.
  std::array<char, 3 * name_bytes_max + 1> text{};
  if (name.size() > name_bytes_max || name.find('\0') != std::string_view::npos) return "";
  std::copy(name.begin(), name.end(), text.begin());
  if (stringprep(text.data(), text.size(), {}, stringprep_iscsi) != STRINGPREP_OK) return "";
  return text.data();
}

bool valid_iscsi_name(std::string_view name) {
  if (name.size() > name_bytes_max || name.size() < 5) return false;
  const std::string_view type = name.substr(0, 4);
  if (type != "iqn." && type != "eui." && type != "naa.") return false;
  // RFC 3722 allows fewer characters, but initiators in use have '_' and others in their names.
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != 0x7f && c != '/' && c != ',' && !(c >= 'A' && c <= 'Z');
  });
}

}  // namespace lunet
