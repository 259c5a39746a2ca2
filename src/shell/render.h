// SPDX-License-Identifier: Apache-2.0
// The tree as `ls` prints it (features 1.5).
#pragma once

#include <string>
#include <string_view>

#include "shell/command.h"

namespace lunet::shell {

struct Style {
  int width = 132;
  bool colours = false;
  bool round_nodes = true;  ///< o- before each node, else +-
  bool show_root = true;
  bool status = true;  ///< dots and summary
};

/// The escape sequence that begins a colour; "" for default, none and unknown ones.
std::string colour_code(std::string_view name);
/// One line a node, each with its line end.
std::string render(const Listing& listing, const Style& style);

}  // namespace lunet::shell
