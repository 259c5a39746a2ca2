// SPDX-License-Identifier: Apache-2.0
// Both programs hold secrets in their memory.
#pragma once

namespace lunet::programs {

/// From now on the process writes no core file, and other processes of its user cannot read its memory.
void keep_memory_private();

}  // namespace lunet::programs
