// SPDX-License-Identifier: Apache-2.0
// Opening a file or block device as a disk: every check before the first byte moves.
#pragma once

#include "base/fd.h"
#include "engine/backstore/backstore.h"

namespace lunet::backstore {

struct OpenDisk {
  Fd file;
  Properties properties;
  bool direct = false;
  Holding holding = {};  ///< which file it is; with the file where another disk's lock passes to it
};

/// As open_file().
Result<OpenDisk> open_disk(const FileOptions& options);

}  // namespace lunet::backstore
