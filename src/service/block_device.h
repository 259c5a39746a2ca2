// SPDX-License-Identifier: Apache-2.0
// The device behind a block disk: that it is one, free, and how large. Not how it is opened: the runtime's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/backing_file.h"

namespace lunet::service {

struct BlockDevice {
  std::string path;            ///< absolute
  std::uint64_t capacity = 0;  ///< bytes
  bool read_only = false;
  std::vector<std::string> notes;  ///< for the user
};

/// `request` as for a file; its size is not looked at. Without `read_only` the device says whether it is.
Result<BlockDevice> prepare_block_device(const FileRequest& request, std::optional<bool> read_only);

}  // namespace lunet::service
