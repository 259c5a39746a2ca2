// SPDX-License-Identifier: Apache-2.0
// How a disk of each plugin is made: the writes to its control file (features 4.2.1).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"

namespace lunet::target {

/// What one of a RAM disk's pages holds, and how many of them a size is: to the nearest, at least one
/// (features 4.2.1).
constexpr std::uint64_t ram_page_bytes = 4096;
std::uint64_t ram_pages(std::uint64_t bytes);

/// Adds what stands between making the disk's directory and enabling it.
Result<> add_settings(std::vector<configfs::Operation>& operations, const config::Object& disk,
                      const config::Path& path, const std::string& directory);

}  // namespace lunet::target
