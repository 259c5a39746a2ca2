// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <malloc.h>

#include <limits>

namespace lunet {

void keep_freed_memory() {
  constexpr int never = std::numeric_limits<int>::max();
  constexpr int largest_taken = sizeof(void*) == 8 ? 32 << 20 : 512 << 10;  // more is refused
  constexpr int asked_for_at_once = 1 << 20;
  ::mallopt(M_TRIM_THRESHOLD, never);
  ::mallopt(M_MMAP_THRESHOLD, largest_taken);
  ::mallopt(M_TOP_PAD, asked_for_at_once);
}

}  // namespace lunet
