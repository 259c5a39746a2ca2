// SPDX-License-Identifier: Apache-2.0
// This program again, in the background.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace lunet::programs {

/// Starts `program` (a path) with these arguments, detached from the terminal and from the caller's pipes. It
/// is nobody's child, and its messages go nowhere.
Result<> start_detached(const std::string& program, std::vector<std::string> arguments);

}  // namespace lunet::programs
