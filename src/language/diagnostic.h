// SPDX-License-Identifier: Apache-2.0
// Mistakes in a user's text: where, and a sentence that says what is wrong and what to write instead.
// The world's failures are base/result.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/source.h"

namespace lunet::language {

struct Diagnostic {
  std::uint32_t offset = 0;  ///< byte in the source that the caret points at
  std::string sentence;      ///< no capital at its start, no full stop
};

/// "name:line:column: sentence", the line and a caret below it, for each mistake in the order of the text;
/// after the first hundred only how many more there are. Ends without a line end.
std::string render(const Source& source, std::vector<Diagnostic> diagnostics);

/// The candidate that `word` most likely stands for: at most two letters wrong, missing, swapped or too many.
/// "" for none.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace lunet::language
