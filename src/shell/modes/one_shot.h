// SPDX-License-Identifier: Apache-2.0
// What the rest of the shell needs of the modes: completing `lunet configure ...`, their commands for other
// programs and manual pages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/complete.h"

namespace lunet::shell::modes {

/// Of `configure WORDS` or `live WORDS`; the last word is completed.
Completion complete_one_shot(std::string_view mode, std::vector<std::string> words, Session& session);

/// One command of a mode: name, page, syntax.
struct Described {
  std::string name;
  std::string page;
  std::string syntax;
};
/// Of a mode by its name; empty for another name.
std::vector<Described> described(std::string_view mode);

}  // namespace lunet::shell::modes
