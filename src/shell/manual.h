// SPDX-License-Identifier: Apache-2.0
// Manual pages, one a verb, in scdoc's format: the command table and share/commands are their source, as they
// are of `help`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/command.h"

namespace lunet::shell {

/// Names of the commands that have a page, each once, sorted.
std::vector<std::string> manual_verbs(const std::vector<Command>& table);
/// lunet-VERB(8): all commands of that name. "" for an unknown one.
std::string manual_page(const std::vector<Command>& table, std::string_view verb);

}  // namespace lunet::shell
