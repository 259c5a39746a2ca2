// SPDX-License-Identifier: Apache-2.0
// Where the kernel keeps what must survive a restart: reservations (APTPL) and ALUA states.
#pragma once

#include <string>
#include <string_view>

namespace lunet::programs {

/// Sees to it that the kernel's dbroot, in the tree at `root`, is a folder with what the kernel expects in
/// it: it makes files there, but no folders. The kernel's own default, where nobody has that folder, is moved
/// to `wanted` as long as that is allowed: before the first disk. What another tool chose stays. Best effort:
/// without it disks work, and a reservation that is to survive is refused by the kernel.
void settle_dbroot(const std::string& root, const std::string& wanted,
                   const std::string& kernel_default = "/var/target");

/// Before the kernel is told to keep an ALUA state: `path` is the switch in the tree at `root`,
/// alua_write_metadata or alua_tg_pt_write_md. Makes the folder, and unless the state is kept already the
/// file, with the state as it is: the kernel writes it at the next change only, and what stands there is of
/// an earlier time. Best effort: without it the state begins anew after a restart.
void begin_to_keep_state(const std::string& root, std::string_view path,
                         const std::string& kernel_default = "/var/target");

}  // namespace lunet::programs
