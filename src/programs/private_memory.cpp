// SPDX-License-Identifier: Apache-2.0
#include "programs/private_memory.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/check.h"

namespace lunet::programs {

void keep_memory_private() {
  const rlimit none{0, 0};
  CHECK(::setrlimit(RLIMIT_CORE, &none) == 0);
  // The limit does not keep a core from a program that the kernel pipes it to; this does.
  CHECK(::prctl(PR_SET_DUMPABLE, 0) == 0);
}

}  // namespace lunet::programs
