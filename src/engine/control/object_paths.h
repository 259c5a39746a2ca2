// SPDX-License-Identifier: Apache-2.0
// What the path of an object says about it.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace lunet::control {

inline std::string last_part(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

/// "iscsi/NAME/..." -> NAME; "" for other objects.
inline std::string target_of(std::string_view object) {
  constexpr std::string_view fabric = "iscsi/";
  if (!object.starts_with(fabric)) return {};
  object.remove_prefix(fabric.size());
  return std::string(object.substr(0, object.find('/')));
}

/// The initiator of an ACL or of what is in it; "" for other objects.
inline std::string initiator_of(std::string_view object) {
  const auto parts = split(object, '/');
  return parts.size() >= 5 && parts[3] == "acls" ? std::string(parts[4]) : std::string();
}

/// "core/P_N/NAME/alua/GROUP" -> "core/P_N/NAME".
inline std::string disk_of_group(std::string_view group) {
  const auto end = group.rfind("/alua/");
  return std::string(group.substr(0, end));
}

}  // namespace lunet::control
