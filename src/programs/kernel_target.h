// SPDX-License-Identifier: Apache-2.0
// Whether this machine's kernel has a target that we may use.
#pragma once

#include "base/result.h"

namespace lunet::programs {

/// True when its tree is there and writable or, for root, its module can be loaded (which this does).
bool kernel_target_is_usable();
/// Makes the tree appear. ENOENT, EACCES say what is missing.
Result<> load_kernel_target();

}  // namespace lunet::programs
