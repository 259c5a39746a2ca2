// SPDX-License-Identifier: Apache-2.0
// How a disk of each plugin is made: the writes to its control file (features 4.2.1).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"

namespace lunet::target {

/// Adds what stands between making the disk's directory and enabling it.
Result<> add_settings(std::vector<configfs::Operation>& operations, const config::Object& disk,
                      const config::Path& path, const std::string& directory);

}  // namespace lunet::target
