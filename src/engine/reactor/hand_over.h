// SPDX-License-Identifier: Apache-2.0
// Tells ThreadSanitizer of the order that the kernel guarantees: what happened before an operation was handed
// to it happened before the operation's completion, on whatever thread that is seen. Nothing in ordinary
// builds.
#pragma once

#include "base/sanitizers.h"

#if LUNET_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace lunet::reactor {

inline void hand_to_kernel([[maybe_unused]] void* object) {
#if LUNET_TSAN
  __tsan_release(object);
#endif
}

inline void take_from_kernel([[maybe_unused]] void* object) {
#if LUNET_TSAN
  __tsan_acquire(object);
#endif
}

}  // namespace lunet::reactor
