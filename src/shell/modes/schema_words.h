// SPDX-License-Identifier: Apache-2.0
// The words that may follow others in a statement or a pattern, by the schema and the configuration.
#pragma once

#include <string>
#include <vector>

#include "shell/complete.h"
#include "shell/modes/mode.h"

namespace lunet::shell::modes {

struct NextWords {
  std::vector<Candidate> candidates;
  std::string hint;
};

/// Behind `words`, which stand at the edit level. Of a pattern only what is there.
NextWords next_words(Editing& editing, const std::vector<std::string>& words, bool pattern);

}  // namespace lunet::shell::modes
