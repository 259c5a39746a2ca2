// SPDX-License-Identifier: Apache-2.0
// The groups of commands that make up the table.
#pragma once

#include <vector>

#include "shell/command.h"

namespace lunet::shell {

std::vector<Command> navigation_commands();  ///< ls, pwd, cd, bookmarks, refresh, exit
std::vector<Command> inspection_commands();  ///< info, status, version
std::vector<Command> group_commands();       ///< get, set
std::vector<Command> bookmark_commands();
std::vector<Command> program_commands();        ///< completion, and what manual pages are made from
std::vector<Command> script_commands();         ///< source
std::vector<Command> store_commands();          ///< history, diff, verify, adopt, restore
std::vector<Command> configuration_commands();  ///< plan, apply, confirm, show, rollback, undo, clear
std::vector<Command> saveconfig_commands();     ///< saveconfig, restoreconfig, clearconfig
std::vector<Command> mount_commands();
std::vector<Command> convert_commands();
std::vector<Command> support_commands();
std::vector<Command> backstore_commands();
std::vector<Command> target_commands();  ///< targets and TPGs
std::vector<Command> lun_commands();
std::vector<Command> acl_commands();  ///< ACLs and mapped LUNs
std::vector<Command> portal_commands();

/// Refuses fabrics that this version cannot change.
Result<> require_iscsi(const Place& place);
/// The TPG a place is in.
service::TpgRef tpg_ref(const Place& place);

}  // namespace lunet::shell
