// SPDX-License-Identifier: Apache-2.0
// Whether a configuration can be had: each check is a file beside this one. What is wrong is found all at
// once, before anything is done.
#pragma once

#include <string>
#include <vector>

#include "config/node.h"
#include "config/places.h"
#include "config/tree.h"
#include "config/validate/machine.h"
#include "schema/schema.h"

namespace lunet::config {

enum class Severity : unsigned char {
  error,
  pending,  ///< a file, device or address is missing: the object waits for it (ruling 15)
  warning,
};

struct Finding {
  Severity severity = Severity::error;
  Node node;
  std::string sentence;   ///< no capital at its start, no full stop; never a secret
  std::string hint = {};  ///< what to do
  bool of_name = false;   ///< it is the name in a text that is wrong, not the value
};

struct Question {
  const Tree& tree;
  const schema::Schema& schema;
  schema::Runtime runtime = schema::Runtime::lunetd;
  /// Null: files, devices and addresses are not looked at.
  const Machine* machine = nullptr;
  /// Only what leads from here to `tree` is looked at, where one object is enough to know. Null: everything.
  const Tree* before = nullptr;
  /// With `before`: also where other objects count, only those that lead to `tree` are looked at. For whoever
  /// knows that they do not meet the others (service/local_changes.h).
  bool apart = false;
};

/// Errors first, each kind in canonical order.
std::vector<Finding> validate(const Question& question);
/// Only whether the schema allows the objects, attributes and values; asks no machine and knows no other
/// object.
std::vector<Finding> validate_schema(const Question& question);

/// "storage fileio disk a size: ...; hint". Secrets never stand in it.
std::string sentence_of(const Finding& finding);
/// One text for all of them, in the order of the text where they stand in one: file:line:column, the line and
/// a caret, else the object's path. Warnings and what is pending say so.
std::string render(const std::vector<Finding>& findings, const Places* places);

struct Verdict {
  std::vector<Finding> pending;
  std::vector<Finding> warnings;
};
/// EINVAL: there are errors, and all of them are in the message.
Result<Verdict> judge(const Question& question, const Places* places);

}  // namespace lunet::config
