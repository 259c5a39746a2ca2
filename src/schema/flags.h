// SPDX-License-Identifier: Apache-2.0
// The words behind a rule of a policy: `optional`, `lunetd(8)`. Used by the builder.
#pragma once

#include <optional>
#include <string>

#include "language/policy.h"
#include "schema/kind.h"

namespace lunet::schema {

/// A sentence on a mistake. The defaults kernel(V) and lunetd(V) are only checked for having a value.
std::optional<std::string> set_attribute_flag(const language::PolicyFlag& flag, Attribute& attribute);
std::optional<std::string> set_object_flag(const language::PolicyFlag& flag, Kind& kind);

}  // namespace lunet::schema
