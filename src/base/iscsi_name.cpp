// SPDX-License-Identifier: Apache-2.0
#include "base/iscsi_name.h"

#include <stringprep.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lunet {

std::string fold_iscsi_name(std::string_view name) {
  const bool ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<signed char>(c) > 0; });
  if (ascii) return to_lower(name);
  // A name has 223 bytes at most; folding makes no character longer than three times its length.
  constexpr std::size_t longest = 223;
  std::array<char, 3 * longest + 1> text{};
  if (name.size() > longest || name.find('\0') != std::string_view::npos) return "";
  std::copy(name.begin(), name.end(), text.begin());
  if (stringprep(text.data(), text.size(), {}, stringprep_iscsi) != STRINGPREP_OK) return "";
  return text.data();
}

}  // namespace lunet
