// SPDX-License-Identifier: Apache-2.0
// What an attribute file of LIO's tree is, told by its path and mode alone (ruling 14), so that a tree
// without the model (the kernel's) and the model answer the same.
#pragma once

#include <cstdint>
#include <string_view>

#include "configfs/tree.h"

namespace lunet::configfs {

/// `path` is relative to the root of the tree (or to any directory above the object), `mode` as in Entry.
FileClass classify_file(std::string_view path, std::uint16_t mode);

/// Directories in which only counters live ("statistics", "fabric_statistics"); read_tree leaves them out
/// unless counters were asked for.
bool is_counter_directory(std::string_view name);

/// Secrets and what belongs to them: everything in "auth", and userid*, password* in "discovery_auth".
bool is_secret(std::string_view path);

/// True when a file of that path and mode belongs into a read_tree with this filter.
bool passes_filter(std::string_view path, std::uint16_t mode, const ReadFilter& filter);

}  // namespace lunet::configfs
