// SPDX-License-Identifier: Apache-2.0
// The names of what there is, without what it is: for completion and for entering a node. One round trip that
// reads no attribute, where view.h reads the whole tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "configfs/tree.h"
#include "service/view.h"

namespace lunet::service {

/// A node as its path names it; what its kind does not need is empty.
struct NodeAddress {
  NodeKind kind = NodeKind::root;
  std::string plugin;  ///< as the target tree names it
  std::string disk;
  std::string fabric;
  std::string target;
  std::uint16_t tag = 0;
  std::string acl;
  std::optional<unsigned> hba = {};  ///< of a disk, or the HBA itself, in the legacy hierarchy
  Hierarchy hierarchy = Hierarchy::plugins;
  std::string handler = {};  ///< of plugin user: only disks of this one; "" for all
};

struct ExportedDisk {
  std::uint16_t lun = 0;
  std::string disk;  ///< path in the shell's tree; "" when the LUN's link is broken
};

/// Names as `ls` prints them, and in its order. ENOENT: there is no such node.
Result<std::vector<std::string>> child_names(configfs::Tree& live, const NodeAddress& at);
/// "/backstores/fileio/f1" of every disk, sorted; by HBA "/backstores/fileio0/f1".
Result<std::vector<std::string>> disk_paths(configfs::Tree& live, Hierarchy hierarchy = Hierarchy::plugins);
/// By LUN number.
Result<std::vector<ExportedDisk>> exported_disks(configfs::Tree& live, const NodeAddress& tpg);

}  // namespace lunet::service
