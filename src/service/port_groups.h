// SPDX-License-Identifier: Apache-2.0
// Target port groups of a disk (ALUA, features 3.5, 4.7) and which of them a LUN is in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service/verbs.h"

namespace lunet::service {

Result<Report> create_port_group(Editor& editor, const config::Path& disk, std::string_view name,
                                 std::uint16_t tag);
/// LUNs that are in it go to the default one.
Result<Report> delete_port_group(Editor& editor, const config::Path& disk, std::string_view name);

/// The group `alua` of a port group (GroupRef::port_group), or of a LUN.
Result<std::vector<GroupValue>> get_alua(const Editor& editor, const GroupRef& group);
Result<Report> set_alua(Editor& editor, const GroupRef& group,
                        const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace lunet::service
