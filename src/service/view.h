// SPDX-License-Identifier: Apache-2.0
// The tree as users see it (features 3.3): nodes with summary and health, made from the live target tree.
// Rendering is the shell's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "configfs/tree.h"

namespace lunet::service {

enum class Health : unsigned char { none, good, bad };

/// What a node is, so that the shell knows its commands and groups.
enum class NodeKind : unsigned char {
  root,
  backstores,
  plugin,
  hba,  ///< in the legacy hierarchy: "fileio0"
  disk,
  alua_list,
  alua_group,
  fabric,
  target,
  tpg,
  luns,
  lun,
  acls,
  acl,
  mapped_lun,
  portals,
  portal
};

/// How the backstores are shown: by plugin, or by HBA as the first targetcli did (features 2.4).
enum class Hierarchy : unsigned char { plugins, hbas };

struct ViewNode {
  NodeKind kind = NodeKind::root;
  std::string name;  ///< as `ls` prints it: "fileio", "tpg1", "lun0", "mapped_lun0", "[::0]:3260"
  std::string summary;
  Health health = Health::none;
  std::string configfs_path;  ///< of the object's directory; "" for nodes that are none
  std::vector<std::pair<std::string, std::string>> details;  ///< for `info` and --json: size, wwn, path, ...
  std::vector<ViewNode> children;                            ///< sorted as `ls` prints them
};

/// What the shell shows of a fabric of the kernel (features 4.6).
struct FabricShape {
  std::string_view name;   ///< in the shell
  std::string_view group;  ///< directory in the target tree
  bool tpgs = false;       ///< several TPGs a target; otherwise target and TPG 1 are one node
  bool acls = false;
  bool auth = false;  ///< CHAP at TPG, ACL and discovery
  bool portals = false;
  bool nexus = false;
  bool hardware = false;    ///< names come from ports: hidden while no target exists
  bool named_wwns = false;  ///< names are iqn., naa. or eui. ones and can be checked
};

/// In the order of the root's children.
std::span<const FabricShape> fabric_shapes();

/// Size of a block device by its kernel name ("sda"); the kernel's tree does not say it for block disks.
using DeviceBytes = std::function<std::optional<std::uint64_t>(std::string_view device)>;
/// From /sys/class/block.
std::optional<std::uint64_t> device_bytes_from_sysfs(std::string_view device);

/// The whole tree. One round trip to the runtime; never modifies.
/// Secrets never become part of it. Besides what users see, details say who is logged in:
/// `session` of an ACL ("logged in"), `dynamic_sessions` of a TPG (initiator names joined by ", ").
Result<ViewNode> read_view(configfs::Tree& live, const DeviceBytes& device_bytes = device_bytes_from_sysfs,
                           Hierarchy hierarchy = Hierarchy::plugins);
/// One target alone below the root and its fabric (its name in the shell), for who asks who is logged in: the
/// disks are not read, so that what says which of them a LUN exports is not there. Without children when
/// there is no such target.
Result<ViewNode> read_target_view(configfs::Tree& live, std::string_view fabric, const std::string& target);

}  // namespace lunet::service
