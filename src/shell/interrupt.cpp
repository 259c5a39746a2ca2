// SPDX-License-Identifier: Apache-2.0
#include "shell/interrupt.h"

#include <csignal>

namespace lunet::shell {

// A signal handler can reach nothing else.
static volatile std::sig_atomic_t pressed = 0;

void interrupt() {
  pressed = 1;
}

void watch_interrupts() {
  struct sigaction action{};
  action.sa_handler = [](int) { interrupt(); };
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // waiting for a key ends
  ::sigaction(SIGINT, &action, nullptr);
}

bool interrupted() {
  return pressed != 0;
}

void forget_interrupt() {
  pressed = 0;
}

}  // namespace lunet::shell
