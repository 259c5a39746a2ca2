// SPDX-License-Identifier: Apache-2.0
// The log of what a user did (features 1.8): `[LEVEL] YYYY-MM-DD HH:MM:SS message` lines in the file that the
// preference `logfile` names, when its folder exists.
#pragma once

#include <string_view>

#include "shell/preferences.h"

namespace lunet::shell {

enum class LogLevel : unsigned char { debug, verbose, info, warning, error, critical };

/// Of a preference's value.
LogLevel log_level_of(std::string_view name);
/// Appends one line unless `loglevel_file` is above the level. A log that cannot be written is no failure.
void log_to_file(const Preferences& preferences, LogLevel level, std::string_view message);

}  // namespace lunet::shell
