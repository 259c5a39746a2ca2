// SPDX-License-Identifier: Apache-2.0
// What may come next in a line of a mode: command names, then classes, identifiers, groups, attributes and
// values as the schema knows them and the configuration has them, files, what stands behind '|'.
#pragma once

#include <string_view>

#include "shell/complete.h"
#include "shell/modes/mode.h"

namespace lunet::shell::modes {

/// `line` ends at the cursor.
Completion complete(Editing& editing, std::string_view line);
/// The same for words that a program has, of which the last one is completed.
Completion complete_words(Editing& editing, std::vector<std::string> words);

}  // namespace lunet::shell::modes
