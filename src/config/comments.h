// SPDX-License-Identifier: Apache-2.0
// Comments of a configuration file, kept with what they stand on. They say nothing to a runtime: two trees
// that differ in comments alone are equal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "language/syntax.h"

namespace lunet::config {

struct Comment {
  std::vector<std::string> above;  ///< on lines of their own before it
  std::string beside;              ///< on its line
  friend bool operator==(const Comment&, const Comment&) = default;
};

/// By what they stand on: "" the object itself, "size" a value or "auth" a group of it, "auth userid".
using Comments = std::map<std::string, Comment, std::less<>>;

struct Object;
struct Tree;

/// Takes the statements' comments into the objects that they made. A comment takes the place of the one
/// before; empty ones alone take it away; where there is none the one before stays.
void note_comments(Object& object, const std::vector<language::Statement>& statements);
/// Null for none.
const Comment* comment_on(const Object& object, std::string_view what);
bool same_comments(const Tree& a, const Tree& b);
/// Text which, merged into `from`, gives it the comments of `to`; both have the same objects and values.
std::string comment_changes(const Tree& from, const Tree& to);

}  // namespace lunet::config
