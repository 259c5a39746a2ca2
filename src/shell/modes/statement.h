// SPDX-License-Identifier: Apache-2.0
// Lines of the modes as text: words with the language's quotes, pipes, braces that are still open, secrets.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::shell::modes {

/// The words with their quotes taken away. EINVAL: a quote that does not end.
Result<std::vector<std::string>> words_of(std::string_view text);
/// Where the last word of an unfinished line begins, and the line's words; the last one may be empty.
struct Unfinished {
  std::vector<std::string> words;
  std::size_t start = 0;
};
Unfinished unfinished_words(std::string_view text);
/// Words as one line of the language that means the same; { } ; ~~~ and ~keep~ stay bare.
std::string line_of(std::span<const std::string> words);
/// The parts between '|' that stand as words of their own, without blanks around them.
std::vector<std::string> split_pipes(std::string_view text);
/// Commands between ';' outside of quotes and braces, or between line ends there.
std::vector<std::string> split_lines(std::string_view text);
/// Whether a brace or quote is open at the end, so that the next line belongs to it.
bool goes_on(std::string_view text);
/// With *** for the values of secrets.
std::string without_secrets(std::string_view text);

}  // namespace lunet::shell::modes
