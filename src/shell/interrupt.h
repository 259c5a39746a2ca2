// SPDX-License-Identifier: Apache-2.0
// Ctrl-C while a command runs: noted here, and acted on where it is clean to stop. One-shot commands do not
// watch: there it ends the process, and what it left half done is finished or undone by the next change.
#pragma once

namespace lunet::shell {

/// Notes SIGINT from now on, instead of ending the process.
void watch_interrupts();
/// Whether Ctrl-C was pressed since the last forget_interrupt().
bool interrupted();
void forget_interrupt();
/// As if it was pressed: for tests.
void interrupt();

}  // namespace lunet::shell
