// SPDX-License-Identifier: Apache-2.0
// Changes of a configuration as text: what a journal writes and what a file merges.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"

namespace lunet::config {

/// What leads from one tree to another.
struct Change {
  std::vector<Path> removed;  ///< to be removed first, children before parents
  std::string text;  ///< to be merged then: changed attributes only, ~~~ for those that are unset now
};

/// As long as the change is large, not the trees.
Change make_change(const Tree& from, const Tree& to);

/// Sets in `tree` what the text says and leaves the rest. On EINVAL (see parse) the tree is unchanged.
Result<> merge(Tree& tree, std::string_view text, std::string_view name);

/// The same with text that stands in the object at `level`, which is made when it is not there: `size 2M`,
/// `attribute { ... }`, `lun 0 backend fileio:a`.
Result<> merge_at(Tree& tree, const Path& level, std::string_view text, std::string_view name);

/// As parse(), where the bare word ~keep~ stands for the value that `stored` has at this place (ruling 11:
/// what dump() hides). EINVAL too when it has none there; parse() leaves the word as the value.
Result<Tree> parse_over(const Tree& stored, std::string_view text, std::string_view name);

/// EINVAL when an attribute or a group has a name that the language cannot write.
Result<> check_names(const Object& object);

}  // namespace lunet::config
