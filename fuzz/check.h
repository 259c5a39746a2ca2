// SPDX-License-Identifier: Apache-2.0
// What a fuzz target says when a property does not hold: the sentence, and an end that the fuzzer sees.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace lunet::fuzz {

inline void require(bool holds, std::string_view sentence) {
  if (holds) return;
  std::fprintf(stderr, "property: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  std::abort();
}

inline std::string_view text_of(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

}  // namespace lunet::fuzz
