// SPDX-License-Identifier: Apache-2.0
// What an object is called: its class and identifier, and the way to it from the root.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::config {

/// Classes of the language, in canonical order (features 5.3): a later one may refer to an earlier one.
enum class ObjectClass : unsigned char { storage, disk, fabric, target, tpgt, lun, acl, portal, mapped_lun };
std::string_view class_name(ObjectClass object_class);
std::optional<ObjectClass> class_from_name(std::string_view name);

/// `disk vm1`, `lun 0`: class and identifier. Ordered by class, then naturally by identifier (lun 2 < lun
/// 10).
struct ObjectKey {
  ObjectClass object_class = ObjectClass::storage;
  std::string id;
  friend bool operator==(const ObjectKey&, const ObjectKey&) = default;
  friend bool operator<(const ObjectKey& a, const ObjectKey& b);
};

/// From the root: {storage fileio, disk vm1}.
using Path = std::vector<ObjectKey>;
/// "storage fileio disk vm1"; identifiers quoted where the language needs it.
std::string path_text(const Path& path);
/// The reverse of path_text. EINVAL for anything else than one line of objects.
Result<Path> parse_path(std::string_view text);

}  // namespace lunet::config
