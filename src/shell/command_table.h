// SPDX-License-Identifier: Apache-2.0
// Every command of the shell. A new verb is an entry in one of commands/*.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/command.h"

namespace lunet::shell {

/// The command of that name at the place. ENOENT: says whether it exists elsewhere, what was likely meant, or
/// what replaces a command that targetcli has.
Result<const Command*> find_command(const std::vector<Command>& table, const Place& place,
                                    std::string_view name);

/// `help [command]` at a place. ENOENT for an unknown topic.
Result<std::vector<std::string>> help_lines(const std::vector<Command>& table, const Place& place,
                                            std::string_view topic,
                                            service::Hierarchy hierarchy = service::Hierarchy::plugins);

/// Breaks a text at blanks into lines of at most 76 columns.
void add_wrapped(std::vector<std::string>& lines, std::string_view indent, std::string_view text);

}  // namespace lunet::shell
