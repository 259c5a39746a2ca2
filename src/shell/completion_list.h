// SPDX-License-Identifier: Apache-2.0
// Candidates as text below the line that is typed (features 1.6).
#pragma once

#include <string>

#include "shell/complete.h"

namespace lunet::shell {

struct ListStyle {
  int width = 80;
  bool colours = false;
  bool columns = true;  ///< false: one a line, with what is known about it
};

/// The hint line, then the candidates; "" when there is neither. Each line with its end.
std::string list_candidates(const Completion& completion, const ListStyle& style,
                            const Preferences& preferences);

}  // namespace lunet::shell
