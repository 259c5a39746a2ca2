// SPDX-License-Identifier: Apache-2.0
// The tree as `ls` prints it (features 1.5).
#pragma once

#include <string>

#include "shell/command.h"

namespace lunet::shell {

struct Style {
  int width = 132;
  bool colours = false;
};

/// One line a node, each with its line end.
std::string render(const Listing& listing, const Style& style);

}  // namespace lunet::shell
