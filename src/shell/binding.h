// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/result.h"
#include "shell/command.h"
#include "shell/tokens.h"

namespace lunet::shell {

/// Values for the command's parameters. EINVAL, in this order (features 1.2): missing ones, unknown keywords,
/// one given twice, too many; then the first value that is not of its type.
Result<Arguments> bind_arguments(const Command& command, std::span<const Token> tokens,
                                 const Preferences& preferences = Preferences{});
/// EINVAL: the value is not of the type.
Result<> check_value(ParameterType type, std::string_view value);

}  // namespace lunet::shell
