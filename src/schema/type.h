// SPDX-License-Identifier: Apache-2.0
// Value types: which texts a value may have, and the one form in which each is kept.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::schema {

enum class Base : std::uint8_t {
  boolean,     ///< kept as yes or no
  bytes,       ///< a size; kept as a decimal count of bytes
  integer,     ///< kept in decimal
  text,        ///< any
  line,        ///< any text of one line, without NUL: what a file of the target tree can hold
  credential,  ///< a user name or password: a line that is not the kernel's word for "none"
  name,        ///< of a disk: one part of a path, without blanks
  path,        ///< absolute, of a file or device
  serial,      ///< of a unit: printable, without blanks
  word,        ///< one of `words`
  list,        ///< some of `words`, joined by commas
  address,     ///< ADDRESS:PORT, IPv6 in brackets
  iqn,
  naa,
  eui,
  ib,
  any_wwn,  ///< a name that only the hardware understands
  backend,  ///< PLUGIN:DISK
};

/// One alternative of a type.
struct Form {
  Base base = Base::text;
  std::int64_t low =
      std::numeric_limits<std::int64_t>::min();  ///< of integers and sizes: the smallest; of texts: bytes
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> words;
};

/// A value fits when it fits one of the forms; the first that it fits gives its normal form.
struct Type {
  std::vector<Form> forms;
};

/// The text in its normal form. The error (EINVAL) says what is allowed, and what was probably meant.
Result<std::string> check(const Type& type, std::string_view text);
/// "a whole number from 5 to 30": what check() takes.
std::string describe(const Type& type);
/// "int[5..30]": as a policy file writes it.
std::string policy_text(const Type& type);

struct TypeName {
  std::string_view name;
  std::string_view sentence;
};
/// The types that policy files name, without the original's other spellings (posint, erl, raw).
std::vector<TypeName> type_names();

/// One form by its name in policy files and the options in its brackets. Nothing that is not known.
Result<Form> make_form(std::string_view name, const std::vector<std::string_view>& options);

}  // namespace lunet::schema
