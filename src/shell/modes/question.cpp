// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/question.h"

#include <fmt/core.h>

namespace lunet::shell::modes {

static std::optional<bool> answer(Editing& editing, std::string_view question, bool fallback) {
  if (!editing.terminal || editing.session.json) return std::nullopt;
  return editing.session.console.confirm_key(question, fallback);
}

Result<> ask_at_terminal(Editing& editing, std::string_view question) {
  if (editing.session.yes || answer(editing, question, false).value_or(true)) return {};
  return Error{ECANCELED, "not done, as you said", {}};
}

Result<> ask_to_leave(Editing& editing) {
  if (editing.session.yes) return {};
  const auto said = answer(editing, "There are changes that are not committed. Leave and lose them?", false);
  if (said == true) return {};
  return Error{ECANCELED,
               said == false ? "not left, as you said" : "not left: there are changes that are not committed",
               "'commit' keeps them, 'exit now' leaves without them"};
}

}  // namespace lunet::shell::modes
