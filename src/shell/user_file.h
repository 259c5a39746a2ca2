// SPDX-License-Identifier: Apache-2.0
// Small text files that a user's shells share: read as lines, and changed under a lock, so that two shells
// lose nothing of each other. Not for what must survive a power cut at once (store/).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace lunet::shell {

/// Where the files are: TARGETCLI_HOME, XDG_CONFIG_HOME/lunet, HOME/.config/lunet; "" when none is set.
std::string user_folder();

/// No lines when there is no such file.
std::vector<std::string> read_lines(const std::string& path);
/// Reads, lets `change` change the lines, writes; nobody else does so meanwhile. Makes the folder. With "" as
/// path nothing is kept and `change` gets no lines.
Result<> change_lines(const std::string& path,
                      const std::function<Result<>(std::vector<std::string>&)>& change);

/// "name=value" lines: the value of a name, or null; and setting it, or removing it with nothing.
const std::string* find_line(const std::vector<std::string>& lines, std::string_view name,
                             std::string& value);
void set_line(std::vector<std::string>& lines, std::string_view name, const std::string* value);

}  // namespace lunet::shell
