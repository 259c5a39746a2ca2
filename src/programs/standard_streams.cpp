// SPDX-License-Identifier: Apache-2.0
#include "programs/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace lunet::programs {

void fill_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest number that is free, which is this one.
    static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

}  // namespace lunet::programs
