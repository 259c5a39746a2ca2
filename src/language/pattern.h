// SPDX-License-Identifier: Apache-2.0
// Search patterns: which objects, groups or attributes a command means (docs/policy.md, Patterns). Knows no
// tree: who searches one asks for each place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/diagnostic.h"
#include "language/pattern_word.h"
#include "language/word.h"

namespace lunet::language {

/// One object on the way from the root.
struct PathStep {
  std::uint8_t object_class = 0;  ///< index into object_classes
  std::string_view identifier;
};
using PathView = std::span<const PathStep>;

class Pattern {
 public:
  [[nodiscard]] bool matches_object(PathView path) const;
  [[nodiscard]] bool matches_group(PathView path, std::string_view group) const;
  /// `group` is "" for an attribute of the object itself. An unset value is `unset_marker`.
  [[nodiscard]] bool matches_attribute(PathView path, std::string_view group, std::string_view name,
                                       std::string_view value) const;
  /// False when nothing at or below the object can match: a search need not go there.
  [[nodiscard]] bool may_match_below(PathView path) const;

 private:
  friend class PatternParser;
  struct Step {
    bool any_class = false;  ///< `object_class` is not used, `class_word` is
    std::uint8_t object_class = 0;
    PatternWord class_word;
    PatternWord identifier;
  };
  [[nodiscard]] bool step_matches(const Step& step, const PathStep& at) const;
  [[nodiscard]] bool steps_match(PathView path) const;

  std::vector<Step> steps_;
  bool has_group_ = false;
  bool has_attribute_ = false;
  bool or_object_ = false;  ///< the two words of the attribute are a class and an identifier just as well
  PatternWord group_;
  PatternWord name_;
  PatternWord value_;
};

struct ParsedPattern {
  Pattern pattern;
  std::vector<Diagnostic> diagnostics;  ///< empty: the pattern is valid; all mistakes otherwise
};
/// One line. `text` is not kept.
ParsedPattern parse_pattern(std::string_view text);

}  // namespace lunet::language
