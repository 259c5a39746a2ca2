// SPDX-License-Identifier: Apache-2.0
// The pieces view.cpp is made of. Only for view*.cpp and their tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configfs/tree.h"
#include "service/view.h"

namespace lunet::service {

/// "fileio" for "core/fileio_2/f0": the plugin as the target tree names it; "" for other paths.
std::string_view plugin_of_path(std::string_view configfs_path);
/// A disk and the HBA it is on, as the target tree has them.
struct DiskOnHba {
  std::string_view plugin;
  const configfs::Node* hba = nullptr;
  const configfs::Node* disk = nullptr;
  std::string shown;         ///< its name, or NAME.hbaN where a disk on a lower HBA has that name
  std::uint64_t number = 0;  ///< of the HBA
  bool shares_hba = false;
};
/// All disks below `core`; views into it.
std::vector<DiskOnHba> disks_on_hbas(const configfs::Node& core);

/// fileio, block, pscsi, ramdisk for fileio, iblock, pscsi, rd_mcp; others stay as they are.
std::string_view shell_plugin_name(std::string_view plugin);

/// The file behind a disk: `udev_path`, or what `info` says; "" for a RAM disk.
std::string disk_path(const configfs::Node& disk, std::string_view plugin);
/// Value of `KEY: value` in an `info` text: up to the next blank; nothing when the key is not there.
std::optional<std::string> info_field(std::string_view info, std::string_view key);

/// The first line of a file of `node`; "" when it is not there.
std::string_view line_of(const configfs::Node& node, std::string_view file);
/// "0" for "lun_0" after "lun_": what follows, when it is a number; otherwise "".
std::string_view after(std::string_view name, std::string_view prefix);
/// The directory's only link, or null.
const configfs::Node* link_in(const configfs::Node& directory);

ViewNode view_backstores(const configfs::Node* core, const DeviceBytes& device_bytes);
/// The same by HBA.
ViewNode view_hbas(const configfs::Node* core, const DeviceBytes& device_bytes);
/// "fileio0" for "fileio_0"; "" for directories that are no HBA.
std::string shown_hba(std::string_view directory);

/// What links of a fabric lead to, and how their disks are called.
struct Linked {
  const configfs::Node& root;
  Hierarchy hierarchy = Hierarchy::plugins;
};
/// `group` may be null: a fabric without any target yet.
ViewNode view_fabric(const FabricShape& shape, const configfs::Node* group, const Linked& linked);

/// iSCSI is always there: the first target is created at it, which makes its directory; so is, on the
/// kernel's target, what needs no hardware. What is named after hardware is there with targets, and on the
/// kernel's target with the hardware.
bool is_shown(const FabricShape& shape, const configfs::Tree& live, bool there, bool has_targets);

/// Orders as `ls` does (features 1.5).
void sort_children(ViewNode& node);
/// Appends the detail unless the value is empty.
void add_detail(ViewNode& node, std::string_view key, std::string_view value);

}  // namespace lunet::service
