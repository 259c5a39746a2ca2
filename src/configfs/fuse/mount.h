// SPDX-License-Identifier: Apache-2.0
// A target tree as a mounted folder (FUSE), for programs that know files only: the tools written for the
// kernel's target, people with cat and echo.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "configfs/tree.h"

namespace lunet::configfs {

/// Mounted from make_mount() until it is destroyed or somebody else unmounts it.
class Mount {
 public:
  virtual ~Mount() = default;
  /// Serves calls, from several threads at once, until the folder is unmounted or SIGINT, SIGTERM or SIGHUP
  /// arrives.
  virtual Result<> serve() = 0;
};

/// Mounts `tree`, thread-safe and outliving the mount, at the existing folder `directory`. The error says
/// what is missing: no /dev/fuse, no right to mount (others than root need fusermount3), not an empty folder.
Result<std::unique_ptr<Mount>> make_mount(Tree& tree, const std::string& directory);

}  // namespace lunet::configfs
