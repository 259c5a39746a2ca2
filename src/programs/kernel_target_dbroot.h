// SPDX-License-Identifier: Apache-2.0
// Where the kernel keeps what must survive a restart: reservations (APTPL) and ALUA states.
#pragma once

#include <string>

namespace lunet::programs {

/// Sees to it that the kernel's dbroot, in the tree at `root`, is a folder with what the kernel expects in
/// it: it makes files there, but no folders. The kernel's own default, where nobody has that folder, is moved
/// to `wanted` as long as that is allowed: before the first disk. What another tool chose stays. Best effort:
/// without it disks work, and a reservation that is to survive is refused by the kernel.
void settle_dbroot(const std::string& root, const std::string& wanted,
                   const std::string& kernel_default = "/var/target");

}  // namespace lunet::programs
