// SPDX-License-Identifier: Apache-2.0
// Long output a screen at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/command.h"

namespace lunet::shell::modes {

/// Shows an outcome of more lines than the screen has by pages; false: there is no need, or `| no-more` was
/// typed. Space and Enter go on, q ends.
bool paged(const Outcome& outcome, std::string_view line, Session& session);
/// The same for lines: asks after each page of `rows` lines.
void show_pages(const std::vector<std::string_view>& lines, std::size_t rows, Console& console);

}  // namespace lunet::shell::modes
