// SPDX-License-Identifier: Apache-2.0
// What a change of the configuration takes: which objects are new, gone, made again or changed in place, and
// which values are the reason. The schema says so; nobody else has a table of attributes.
#pragma once

#include <string>
#include <vector>

#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::config {

/// Unset, default and set are three states (ruling 12).
enum class ValueState : unsigned char {
  unset,       ///< not set, and a fresh object has no value
  by_default,  ///< not set; a fresh object reads `text`
  set,
};

struct Value {
  ValueState state = ValueState::unset;
  std::string text;  ///< in normal form where it has one: "1048576" for 1M; as it stands otherwise
  friend bool operator==(const Value&, const Value&) = default;
};

struct ValueChange {
  std::string group;  ///< "" for an attribute of the object itself
  std::string name;   ///< as the schema calls it: userid_mutual where the text says mutual_userid
  Value from;
  Value to;
  /// What it takes. In place too when both states mean the same value (unset, and set to the default), and
  /// when nothing is wanted any more (unset without a default: what runs is left as it is, unless the policy
  /// says that it returns).
  schema::Change takes = schema::Change::in_place;
  bool secret = false;
  /// False when only the state differs: nothing to do at the runtime.
  [[nodiscard]] bool is_visible() const { return from.text != to.text; }
};

struct ObjectChange {
  enum class Kind : unsigned char {
    removed,
    created,
    major,  ///< to be made again
    minor,  ///< in place; a value that the runtime refuses while a LUN exports the disk says `unexported`
  };
  Kind kind = Kind::minor;
  Path path;
  std::vector<ValueChange> values;  ///< of major and minor ones; by group and name
  /// Some value needs the disk to be exported by no LUN.
  [[nodiscard]] bool needs_unexported() const;
};

/// As diff(): the removed ones first, in reverse canonical order, then the others in canonical order; a
/// removed or created object stands for all below it. Spellings of one value are no change; neither is an
/// attribute that the schema does not know, or that is obsolete, going away. What stands on a `major` object
/// is not listed.
std::vector<ObjectChange> classify(const Tree& from, const Tree& to, const schema::Schema& schema,
                                   schema::Runtime runtime);

/// The change's values alone, of one object of `kind` (null: the schema does not know it).
std::vector<ValueChange> changed_values(const Object& from, const Object& to, const schema::Schema& schema,
                                        const schema::Kind* kind, schema::Runtime runtime);

}  // namespace lunet::config
