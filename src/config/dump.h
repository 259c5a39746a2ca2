// SPDX-License-Identifier: Apache-2.0
// A configuration, or what a pattern finds in it, as text that can be loaded again.
#pragma once

#include <string>
#include <string_view>

#include "config/search.h"
#include "config/tree.h"

namespace lunet::config {

struct DumpOptions {
  std::string pattern = {};    ///< relative to the context's level; "" for all at and below it
  bool show_secrets = false;   ///< false: the bare word ~keep~, which parse_over() reads back
  bool with_defaults = false;  ///< also what is not set, with the value that a fresh object reads
  Filter filter = nullptr;     ///< of attributes; none: all
};

/// Canonical text with the objects above each thing, so that it can be loaded at the root. "" when nothing
/// matches. EINVAL: a mistake in the pattern.
Result<std::string> dump(const Tree& tree, const SearchContext& context, const DumpOptions& options);

/// What dump() writes of the objects at `path` (empty: of all) when it hides secrets.
std::string print_hiding_secrets(const Tree& tree, const Path& path, const schema::Schema& schema);

}  // namespace lunet::config
