// SPDX-License-Identifier: Apache-2.0
// Completion of one-shot commands in other shells. The scripts know nothing: they ask `lunet __complete
// LINE`, which is complete() on the command table, so they never change.
#pragma once

#include <string_view>

namespace lunet::shell {

/// For bash, zsh, fish; "" for others.
std::string_view completion_script(std::string_view shell);

}  // namespace lunet::shell
