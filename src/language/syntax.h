// SPDX-License-Identifier: Apache-2.0
// The syntax tree: what a text says, in its own order, with places and comments. No schema: any attribute
// name, any nesting of classes. config/ makes values of it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "language/diagnostic.h"
#include "language/source.h"
#include "language/word.h"

namespace lunet::language {

enum class StatementKind : unsigned char { object, group, attribute };

/// Comment texts without '#', trimmed; they belong to the statement they stand on.
struct Comments {
  std::vector<std::string_view> above;  ///< on lines of their own before it
  std::string_view beside;              ///< on its line: after the value, the identifier or '{'
  std::vector<std::string_view> below;  ///< on lines of their own before its '}'
  std::string_view after;               ///< after its '}'
};

/// `storage fileio disk a { size 1M }` is an object in an object in which an attribute stands in braces.
struct Statement {
  StatementKind kind = StatementKind::attribute;
  std::uint8_t object_class = 0;  ///< of an object: index into object_classes
  bool braces = false;          ///< the body stands in { }, else it is at most one statement on the same line
  Word name;                    ///< class, group or attribute
  Word value;                   ///< identifier of an object, value of an attribute; none for groups
  std::vector<Statement> body;  ///< of objects and groups
  std::unique_ptr<Comments> comments;  ///< null for none
};

/// Objects and groups inside each other at most; deeper is a diagnostic.
inline constexpr std::uint32_t depth_max = 64;

/// A parsed text. Views in the statements live as long as it does; moving it keeps them valid.
struct Syntax {
  std::unique_ptr<const Source> source;
  std::deque<std::string> decoded;  ///< what $"..." words stand for
  std::vector<Statement> statements;
  std::vector<std::string_view> comments;  ///< on lines of their own after the last statement
  std::vector<Diagnostic> diagnostics;     ///< empty: the text is valid
};

/// Reads the whole text; after a mistake it goes on behind the next delimiter, so all mistakes are found.
/// Statements with a mistake are left out.
Syntax parse(std::string name, std::string text);

/// Canonical layout with all comments; statements in their order, braces where they stood.
std::string print(const Syntax& syntax);

}  // namespace lunet::language
