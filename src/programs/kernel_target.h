// SPDX-License-Identifier: Apache-2.0
// Whether this machine's kernel has a target that we may use, and the tree that drives it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "configfs/tree.h"

namespace lunet::programs {

/// True when its tree is there and writable or, for root, its module can be loaded (which this does).
bool kernel_target_is_usable();
/// Makes the tree appear: loads modules, mounts configfs. ENOENT, EPERM, EACCES say what is missing.
Result<> load_kernel_target();

/// False: it certainly serves nothing, for neither its tree nor its module is there. Loads nothing.
bool kernel_target_may_run();

/// The kernel's tree, loaded as above. A helper process makes the calls (configfs/kernel_process.h); a
/// fabric's or back end's module is loaded when its first directory is made; `state_dir` becomes the kernel's
/// dbroot when that is allowed (kernel_dbroot.h).
Result<std::unique_ptr<configfs::Tree>> open_kernel_target(const std::string& state_dir);

}  // namespace lunet::programs
