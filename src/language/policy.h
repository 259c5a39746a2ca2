// SPDX-License-Identifier: Apache-2.0
// The policy language: what may exist, as text (docs/policy.md). It has the configuration language's objects,
// groups and blocks; values are rules. schema/ gives types and flags their meaning.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/diagnostic.h"
#include "language/source.h"
#include "language/syntax.h"
#include "language/word.h"

namespace lunet::language {

/// `%int[5..30]`: a name and what stands in its brackets.
struct PolicyType {
  Word name;
  std::vector<Word> options;
};

/// `@(-3 lun)`: the value is the identifier of a lun, three levels above the attribute.
struct PolicyReference {
  std::uint32_t levels = 0;  ///< 1 is the object that holds the attribute
  std::uint8_t object_class = 0;
  std::uint32_t offset = 0;
};

/// `optional`, `lunetd(8)`.
struct PolicyFlag {
  Word name;
  std::optional<Word> argument;
};

struct PolicyStatement {
  StatementKind kind = StatementKind::attribute;
  std::uint8_t object_class = 0;             ///< of an object
  Word name;                                 ///< class, group or attribute
  std::vector<Word> identifiers;             ///< `srpt|ib_srpt`: the name, then other spellings of it
  std::vector<PolicyType> types;             ///< `%iqn|naa`: alternatives; of an identifier or a value
  std::optional<Word> initial;               ///< the word in `(...)`
  std::optional<PolicyReference> reference;  ///< instead of types
  std::vector<PolicyFlag> flags;
  std::string_view comment;  ///< on its line: what it is for
  std::vector<PolicyStatement> body;
};

/// A parsed text. Views in the statements live as long as it does; moving it keeps them valid.
struct PolicySyntax {
  std::unique_ptr<const Source> source;
  std::deque<std::string> decoded;
  std::vector<PolicyStatement> statements;
  std::vector<Diagnostic> diagnostics;  ///< empty: the text is valid
};

/// Reads the whole text; after a mistake it goes on behind the next delimiter. Statements with a mistake are
/// left out.
PolicySyntax parse_policy(std::string name, std::string text);

}  // namespace lunet::language
