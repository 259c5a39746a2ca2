// SPDX-License-Identifier: Apache-2.0
// What is called otherwise in saveconfig.json than in a configuration, and which names rtslib-fb 2.1.75
// takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lunet::interop {

/// The configuration has LIO's names of plugins (iblock, rd_mcp), the file the shell's (block, ramdisk).
std::string_view plugin_from_file(std::string_view plugin);
std::string_view plugin_to_file(std::string_view plugin);
/// FCoE is tcm_fc in the file and fc in the target tree; targetcli 3 called srpt ib_srpt.
std::string_view fabric_to_file(std::string_view fabric);

/// The way the file writes the name of a target or initiator: naa.2100..., eui.0014..., ib.fe80...; the
/// target tree of some fabrics has it as 21:00:..., 0014..., 0xfe80... Others are left as they are.
std::string wwn_to_file(std::string_view fabric, std::string_view wwn);
/// Why rtslib-fb refuses or changes a name in its notation; "" when it takes it as it is (features 4.4).
std::string wwn_trouble(std::string_view fabric, std::string_view wwn);

/// "[::1]:3260" as address and port; 3260 when it has none. Nothing when the port is no number.
std::optional<std::pair<std::string, std::string>> split_portal(std::string_view portal);
/// The other way; an IPv6 address gets brackets.
std::string portal_id(std::string_view address, std::string_view port);

}  // namespace lunet::interop
