// SPDX-License-Identifier: Apache-2.0
// What the user wants: the configuration as values. Objects with attributes and groups, in the order in which
// references are satisfied. Not text (language/), not what runs (configfs/). Words: docs/glossary.md.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/children.h"
#include "config/comments.h"
#include "config/key.h"
#include "config/later.h"

namespace lunet::config {

/// Attribute values are text as the user or the runtime writes it; an attribute that is absent is unset
/// (defaults are looked up elsewhere, never stored: ruling 12).
using Attributes = std::map<std::string, std::string, std::less<>>;

struct Object {
  Attributes attributes;                                  ///< path, size, wwn, enable, backend, ...
  std::map<std::string, Attributes, std::less<>> groups;  ///< attribute, parameter, auth, discovery_auth
  Children children;
  std::shared_ptr<const Comments> comments = nullptr;  ///< null for none; they make no difference
  /// A group without attributes is the same as none.
  friend bool operator==(const Object& a, const Object& b);

  [[nodiscard]] std::string_view attribute(std::string_view name) const;  ///< "" when unset
};
/// Whether attributes and groups are equal, whatever the children.
bool same_values(const Object& a, const Object& b);

/// The whole configuration: children of an unnamed root, `storage` and `fabric` objects. A copy is made in no
/// time and shares what it does not change (children.h). What find() and ensure() hand out to be changed is
/// of this copy alone until the tree is copied again.
struct Tree {
  Object root;
  friend bool operator==(const Tree&, const Tree&) = default;

  [[nodiscard]] const Object* find(const Path& path) const;  ///< null when absent
  [[nodiscard]] Object* find(const Path& path);              ///< to be changed
  /// Makes the object and missing parents; the existing one when there is one.
  Object& ensure(const Path& path);
  /// With everything below. ENOENT names the object.
  Result<> remove(const Path& path);
};

/// Canonical text of the whole tree or of the objects at `path` with everything below, in the language;
/// parse(print(t)) == t for every value of any bytes, with its comments. A root-level statement ends with a
/// line end. Attribute and group names must be names of the language (check_names in config/edit.h). An
/// object at `path` is printed with the objects above it; "" when absent.
std::string print(const Tree& tree);
std::string print(const Tree& tree, const Path& path);
/// Reads text of the language: statements of the same object merge, of an attribute's values the last one
/// counts, the bare word ~~~ unsets it. EINVAL: "file:line:column: ..." lines for every mistake.
Result<Tree> parse(std::string_view text, std::string_view name);

/// One difference between two trees, for plans and journals.
struct Difference {
  enum class Kind : unsigned char { created, removed, changed };
  Kind kind = Kind::changed;
  Path path;
};
/// Objects that differ from `from` to `to`: first the removed ones in reverse canonical order, then the
/// created and changed ones in canonical order, so that a child goes before its parent and comes after it. A
/// created or removed object is listed once, with all below it meant; `changed` means its own attributes or
/// groups.
std::vector<Difference> diff(const Tree& from, const Tree& to);

}  // namespace lunet::config
