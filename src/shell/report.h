// SPDX-License-Identifier: Apache-2.0
// Outcomes and errors on the console, as text or as JSON.
#pragma once

#include "shell/command.h"
#include "shell/json.h"

namespace lunet::shell {

void report(const Outcome& outcome, Session& session);
/// `attempt` without notices.
void report(const Error& error, Attempt attempt, Session& session);
/// Before there is a session.
void report(const Error& error, const Attempt& attempt, bool json, Console& console);
/// The command in quotes in a hint, when it is one that can be typed; else "".
std::string command_in(std::string_view hint, const std::vector<Command>& table);

}  // namespace lunet::shell
