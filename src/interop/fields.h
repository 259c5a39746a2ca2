// SPDX-License-Identifier: Apache-2.0
// The keys of saveconfig.json that hold one value, and where that value stands in the configuration: one
// table for both ways (features 6.2).
#pragma once

#include <cstdint>
#include <string_view>

namespace lunet::interop {

enum class Kind : unsigned char { storage_object, fabric, target, tpg, lun, portal, node_acl, mapped_lun };

enum class Type : unsigned char {
  text,
  number,  ///< JSON: a whole number; decimal digits in text are taken too
  size,    ///< number of bytes; in the configuration also with a unit
  flag,    ///< JSON: true or false, 1 and 0 are taken too; in the configuration yes or no
};

struct Field {
  Kind kind;
  std::string_view key;
  Type type;
  std::string_view group;  ///< of the configuration's object; "" is the object's own attributes
  std::string_view name;
  /// Of a disk: the plugins that have it, as the configuration calls them, separated by blanks; "" is all.
  std::string_view plugins = {};
  bool ignored = false;  ///< rtslib-fb 2.1.75 takes it from a file and does nothing
};

/// Null when there is none. `plugin` matters for disks only.
const Field* field_of_key(Kind kind, std::string_view plugin, std::string_view key);
const Field* field_of_name(Kind kind, std::string_view plugin, std::string_view group, std::string_view name);

}  // namespace lunet::interop
