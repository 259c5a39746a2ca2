// SPDX-License-Identifier: Apache-2.0
// Ports of the machine's hardware that targets are named after.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lunet::service {

/// Names of the fabric's hardware ports as target names (features 4.4), from sysfs.
std::vector<std::string> hardware_wwns(std::string_view fabric, const std::string& sysfs = "/sys");

/// Why a target of that name serves nobody for now: no port of the hardware is called so, what was looked
/// for and where. "" when one is, and for fabrics whose ports are not looked for.
std::string missing_hardware(std::string_view fabric, const std::string& wwn,
                             const std::string& sysfs = "/sys");

}  // namespace lunet::service
