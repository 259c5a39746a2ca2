// SPDX-License-Identifier: Apache-2.0
// lunet under the name targetctl: save, restore and clear as units and scripts of the older tools call them
// (features 6.8), with an exit status that is true.
#pragma once

#include <string>
#include <vector>

#include "shell/command.h"
#include "shell/console.h"

namespace lunet::programs {

bool is_targetctl(std::string_view program);
/// Under this name the commands of scripts need no --yes: those who call it wrote them for a tool that never
/// asks.
bool is_targetcli(std::string_view program);

/// Exit status 0, 1 for a failure or when something of the file does not run, 2 for wrong words.
int run_targetctl(const std::vector<std::string>& arguments, shell::Runtime& runtime,
                  shell::Console& console);

}  // namespace lunet::programs
