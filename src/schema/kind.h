// SPDX-License-Identifier: Apache-2.0
// What may exist: kinds of objects with their places, identifiers, groups and attributes. Filled from policy
// texts by Schema; then constant, and safe to read from any thread. Look-ups allocate nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/type.h"

namespace lunet::schema {

enum class Runtime : std::uint8_t { kernel, lunetd };

enum class AttributeClass : std::uint8_t {
  config,  ///< what the user wants
  state,   ///< changed by initiators or hardware: shown, never in a generation (ruling 14)
  counter,
};

/// What a change of the value takes.
enum class Change : std::uint8_t {
  in_place,
  unexported,  ///< in place, but the runtime refuses it while a LUN exports the disk
  recreate,    ///< the object is removed and made again
};

/// The value is the identifier of another object: child of the ancestor `levels` above the attribute
/// (1 is the object that holds it).
struct Reference {
  std::uint32_t levels = 0;
  std::uint8_t object_class = 0;
};

struct Attribute {
  std::string name;
  std::vector<std::string> other_names;  ///< read as this one, never written
  Type type;                             ///< of a reference: of the identifiers it may name
  bool required = false;
  std::optional<std::string>
      kernel_default;  ///< what a fresh object reads, in normal form; none: it has no value
  std::optional<std::string> lunetd_default;
  std::string follows;  ///< attribute of the object whose value, where set, is this one's default
  std::optional<Reference> reference;
  AttributeClass attribute_class = AttributeClass::config;
  Change kernel_change = Change::in_place;
  Change lunetd_change = Change::in_place;
  bool secret = false;
  bool obsolete = false;  ///< read for old files; nothing is done with it
  bool returns = false;   ///< without default: taken away, the object is as if it had never been set
  bool numbered = false;  ///< `N` in the name stands for a number: group_N_preferred
  bool on_kernel = true;
  bool on_lunetd = true;
  std::string since;  ///< the kernel that has it at the latest, "6.12"; "": 6.1
  std::string description;

  [[nodiscard]] const std::optional<std::string>& default_on(Runtime runtime) const {
    return runtime == Runtime::kernel ? kernel_default : lunetd_default;
  }
  [[nodiscard]] Change change_on(Runtime runtime) const {
    return runtime == Runtime::kernel ? kernel_change : lunetd_change;
  }
};

struct Group {
  std::string name;
  std::vector<Attribute> attributes;  ///< by name

  /// Null when there is none. Other names are found too.
  [[nodiscard]] const Attribute* find(std::string_view attribute) const;
};

struct Kind {
  std::uint8_t object_class = 0;   ///< index into language::object_classes; of the root: unused
  std::vector<std::string> names;  ///< fixed identifier, then other spellings; empty for a typed one
  Type identifier;                 ///< of a typed one
  std::vector<std::pair<std::string, std::string>> facts;  ///< "module" "iscsi_target_mod", ...
  std::string description;
  Group own;                  ///< attributes of the object itself
  std::vector<Group> groups;  ///< by name
  std::vector<Kind> children;

  /// The kind of such a child; its identifier need not be valid. Null: no such child may exist here.
  [[nodiscard]] const Kind* child(std::uint8_t child_class, std::string_view child_identifier) const;
  [[nodiscard]] const Group* group(std::string_view name) const;
  /// `group` is "" for the object's own attributes.
  [[nodiscard]] const Attribute* attribute(std::string_view group, std::string_view name) const;
  /// A fact of the object: "" for none.
  [[nodiscard]] std::string_view fact(std::string_view name) const;
};

/// What is wrong, with what was probably meant. For objects, groups and attributes that kinds do not have.
Error no_such_object(const Kind& parent, std::uint8_t object_class, std::string_view identifier);
Error no_such_group(const Kind& kind, std::string_view group);
Error no_such_attribute(const Kind& kind, std::string_view group, std::string_view name);

/// The value as the runtime's file takes it: yes is "Yes" in the group "parameter" and "1" elsewhere. The
/// other way is check(): it takes these too.
std::string runtime_text(const Attribute& attribute, std::string_view group, std::string_view value);

}  // namespace lunet::schema
