// SPDX-License-Identifier: Apache-2.0
// Edits of a session, replayed on what has become the newest configuration meanwhile.
#include <fmt/core.h>

#include <algorithm>

#include "config/candidate.h"

namespace lunet::config {
namespace {

const Object* parent_of(const Tree& tree, const Path& path) {
  return tree.find(Path(path.begin(), path.end() - 1));
}

/// Whether `theirs` leaves no room for the difference.
bool meets(const Difference& difference, const Tree& base, const Tree& mine, const Tree& theirs) {
  const Path& path = difference.path;
  const Object* there = theirs.find(path);
  switch (difference.kind) {
    case Difference::Kind::created:
      return parent_of(theirs, path) == nullptr ? parent_of(base, path) != nullptr
                                                : there != nullptr && !(*there == *mine.find(path));
    case Difference::Kind::removed: return there != nullptr && !(*there == *base.find(path));
    case Difference::Kind::changed:
      return there == nullptr ||
             (!same_values(*there, *base.find(path)) && !same_values(*there, *mine.find(path)));
  }
  return true;
}

}  // namespace

Result<Tree> rebase(const Tree& base, const Tree& mine, const Tree& theirs) {
  Tree result = theirs;
  std::string met;
  for (const Difference& difference : diff(base, mine)) {
    const Path& path = difference.path;
    if (meets(difference, base, mine, theirs)) {
      met += (met.empty() ? "" : ", ") + path_text(path);
      continue;
    }
    if (difference.kind == Difference::Kind::removed) {
      if (std::as_const(result).find(path) != nullptr) TRY_OK(result.remove(path));
      continue;
    }
    const Object& wanted = *mine.find(path);
    Object& object = result.ensure(path);
    if (difference.kind == Difference::Kind::created) {
      object = wanted;
    } else {
      object.attributes = wanted.attributes;
      object.groups = wanted.groups;
    }
  }
  if (met.empty()) return result;
  return Error{EBUSY, fmt::format("somebody else has changed it meanwhile: {}", met),
               "look at what runs now, and make the change again"};
}

}  // namespace lunet::config
