// SPDX-License-Identifier: Apache-2.0
// Questions that one key answers. Without somebody to ask, nothing that loses something is done: the error
// says what to type instead.
#pragma once

#include <string>
#include <string_view>

#include "shell/modes/mode.h"

namespace lunet::shell::modes {

/// At a terminal: passes on yes, ECANCELED on no. Elsewhere passes: what the question is about can be undone.
Result<> ask_at_terminal(Editing& editing, std::string_view question);
/// What is not committed gets lost. ECANCELED: it must not.
Result<> ask_to_leave(Editing& editing);

}  // namespace lunet::shell::modes
