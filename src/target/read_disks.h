// SPDX-License-Identifier: Apache-2.0
// The disks of the live tree as a configuration: what `info` and its neighbours say.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"

namespace lunet::target {

/// What each disk's directory is called in the configuration: "core/fileio_3/vm1" -> "vm1".
using DiskNames = std::map<std::string, std::string, std::less<>>;

/// Adds all disks of plugins that the schema has to `out`. `root`: the whole tree, `config` files.
Result<DiskNames> read_disks(configfs::Tree& live, const configfs::Node& root, config::Tree& out);
bool is_known_plugin(std::string_view plugin);
/// Group values from the files of `directory`; files that cannot be written or read belong to no
/// configuration.
void read_group(const configfs::Node* directory, config::Object& object, const std::string& group);

}  // namespace lunet::target
