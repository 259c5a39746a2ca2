// SPDX-License-Identifier: Apache-2.0
// The groups of commands that make up the modes' tables; one group a file.
#pragma once

#include <vector>

#include "shell/modes/mode.h"

namespace lunet::shell::modes {

std::vector<ModeCommand> level_commands();   ///< edit, up, top, exit, quit
std::vector<ModeCommand> edit_commands();    ///< set, delete, undo
std::vector<ModeCommand> source_commands();  ///< load, merge, rollback, reload, clear, dump
std::vector<ModeCommand> look_commands();    ///< show, missing, info, diff, compare, live, run
std::vector<ModeCommand> commit_commands();  ///< commit, confirm
std::vector<ModeCommand> live_commands();
std::vector<ModeCommand> help_commands();  ///< help, trace; of both modes

}  // namespace lunet::shell::modes
