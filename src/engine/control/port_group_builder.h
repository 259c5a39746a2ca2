// SPDX-License-Identifier: Apache-2.0
// ALUA groups of the target tree as the SCSI emulation takes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "configfs/model/effects.h"
#include "engine/scsi/port_groups.h"

namespace lunet::control {

/// The groups of a disk, ascending by id; never empty.
std::vector<scsi::PortGroup> build_port_groups(const std::string& disk_path, const configfs::ModelView& view);
/// The id in a LUN's alua_tg_pt_gp.
std::uint16_t port_group_of(std::string_view text);
/// The id of an alua/GROUP directory; the default group has 0.
std::uint16_t port_group_id(const std::string& group_path, const configfs::ModelView& view);

}  // namespace lunet::control
