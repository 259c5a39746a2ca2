// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "service/view.h"

namespace lunet::shell {

/// Shows the tree on the whole terminal until a node is chosen (its path) or the choice is left (nothing).
/// Error: ncurses is not installed.
Result<std::optional<std::string>> pick_on_screen(const service::ViewNode& root, const std::string& path);

}  // namespace lunet::shell
