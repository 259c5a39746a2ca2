// SPDX-License-Identifier: Apache-2.0
// Reservations and port groups as the files of the tree say it, in LIO's words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/scsi/logical_unit.h"

namespace lunet::control {

/// pr/FILE of a disk; nothing for files that it does not know.
std::optional<std::string> reservation_file(const scsi::Reservations& reservations, std::string_view file);
/// What is written to pr/res_aptpl_metadata: one registration of an earlier life.
Result<> add_registration(const std::string& disk_path, std::string_view text,
                          scsi::Reservations& reservations);
/// alua_access_state and alua_access_status of a group; nothing for the others.
std::optional<std::string> port_group_file(const scsi::PortGroup& group, std::string_view file);
scsi::AccessStatus access_status_of(std::string_view text);

}  // namespace lunet::control
