// SPDX-License-Identifier: Apache-2.0
// Files that commands are given.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "service/configurations.h"

namespace lunet::shell {

/// The whole file; "-" is standard input.
Result<std::string> text_of_file(const std::string& path);
/// Writes the file, whole or not at all: in its folder, then into its place.
Result<> replace_file(const std::string& path, const std::string& text, mode_t mode = 0600);
/// "~" and "~/x" are in the user's home folder.
std::string home_expanded(const std::string& path);

/// One line for each: "+ storage fileio disk a", "~ OBJECT: size '1M' becomes '2M'".
std::vector<std::string> change_lines(const std::vector<service::RecordChange>& changes);
/// What `plan` prints.
std::vector<std::string> plan_lines(const service::PlanReport& plan);

}  // namespace lunet::shell
