// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include "engine/backstore/backstore.h"

namespace lunet::backstore {

/// The limits of a block device as sysfs has them (queue/ of the device, or of the disk of a partition).
struct BlockQueue {
  std::uint32_t logical_block_bytes = 512;
  bool rotational = true;
  bool write_back = true;  ///< it has a volatile write cache; true where nobody tells
  DeviceLimits limits;
};

BlockQueue read_block_queue(dev_t device);

}  // namespace lunet::backstore
