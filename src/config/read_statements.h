// SPDX-License-Identifier: Apache-2.0
// Statements of the language into an object; for config/ only.
#pragma once

#include <string_view>

namespace lunet::config {

struct Object;

/// What stands in the braces of an object. False: the text has a mistake, and the object is unchanged.
bool read_statements(Object& object, std::string_view text);

}  // namespace lunet::config
