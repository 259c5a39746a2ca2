// SPDX-License-Identifier: Apache-2.0
// A pattern in the first line, a path in the second: no pattern may hang, crash or take memory without bound.
#include "language/pattern.h"

#include <string>

#include "check.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = lunet::fuzz::text_of(data, size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view words = text.substr(std::min(end + 1, text.size()));
  const auto parsed = lunet::language::parse_pattern(text.substr(0, end));
  for (const auto& diagnostic : parsed.diagnostics)
    lunet::fuzz::require(diagnostic.offset <= end, "a mistake stands in the pattern");
  if (!parsed.diagnostics.empty()) return 0;
  const std::size_t half = words.size() / 2;
  const std::string_view first = words.substr(0, half);
  const std::string_view second = words.substr(half);
  const lunet::language::PathStep path[] = {{0, "fileio"}, {1, first}};
  const auto& pattern = parsed.pattern;
  const bool object = pattern.matches_object(path);
  const bool group = pattern.matches_group(path, second);
  const bool attribute = pattern.matches_attribute(path, "", first, second);
  lunet::fuzz::require(!(object || group || attribute) || pattern.may_match_below(std::span(path).first(1)),
                       "a search that goes down to what matches does not stop above it");
  return 0;
}
