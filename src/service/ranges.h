// SPDX-License-Identifier: Apache-2.0
// What the schema allows of a single value (docs/schema.md), before any runtime is asked.
#pragma once

#include <string_view>

#include "base/result.h"
#include "config/key.h"

namespace lunet::service {

/// EINVAL: the schema knows the value `name` of that group of the object, and does not allow it; the error
/// calls it `shown`. What it does not know, as of a newer kernel, passes.
Result<> check_range(const config::Path& path, std::string_view group, std::string_view name,
                     std::string_view shown, std::string_view value);

}  // namespace lunet::service
