// SPDX-License-Identifier: Apache-2.0
// HBAs as objects of their own, for the legacy hierarchy of backstores (features 2.4). Elsewhere an HBA is
// made with a disk and goes with its last one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "service/editor.h"
#include "service/service.h"

namespace lunet::service {

/// Makes an HBA of the plugin with the lowest number that is free there; it stays without disks.
Result<Report> create_hba(Editor& editor, std::string_view plugin);
/// With its disks and what hangs on these.
Result<Report> delete_hba(Editor& editor, std::string_view plugin, unsigned number);

/// Where a new disk stands in the configuration: under its name, or under NAME.hbaN when a disk of that name
/// is on a lower HBA. EEXIST: one on a higher HBA has the name.
Result<config::Path> new_disk_path(const config::Tree& tree, std::string_view plugin, std::string_view name,
                                   std::optional<unsigned> hba);
/// What the configuration calls the disk NAME of an HBA: `recorded` says it, else what runs. ENOENT: that HBA
/// has no such disk.
Result<std::string> disk_on_hba(configfs::Tree& live, const config::Tree& recorded, std::string_view plugin,
                                unsigned number, std::string_view name);
/// From then on the HBA stays without disks.
void keep_hba(config::Tree& tree, std::string_view plugin, unsigned number);
/// What an edit that was interrupted did to the HBAs is part of it: whether the candidate's are there and
/// those that it gave up are gone.
Result<bool> hbas_are_as(configfs::Tree& live, const config::Tree& candidate, const config::Tree& before);
/// The goal of an undo keeps the HBAs of before, and none that the candidate added.
void put_hbas_back(config::Tree& goal, const config::Tree& candidate, const config::Tree& before);

}  // namespace lunet::service
