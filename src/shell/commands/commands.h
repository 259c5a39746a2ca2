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
std::vector<Command> migrate_commands();
std::vector<Command> mount_commands();
std::vector<Command> convert_commands();
std::vector<Command> support_commands();
std::vector<Command> backstore_commands();
std::vector<Command> hba_commands();     ///< of the legacy hierarchy
std::vector<Command> target_commands();  ///< targets and TPGs
std::vector<Command> lun_commands();
std::vector<Command> acl_commands();  ///< ACLs and mapped LUNs
std::vector<Command> portal_commands();
std::vector<Command> session_commands();
std::vector<Command> alua_commands();  ///< port groups of disks
std::vector<Command> resize_commands();
std::vector<Command> share_commands();    ///< share, unshare
std::vector<Command> connect_commands();  ///< what to type on the other side
std::vector<Command> access_commands();
std::vector<Command> wait_commands();
std::vector<Command> explain_commands();
std::vector<Command> doctor_commands();
std::vector<Command> text_commands();  ///< fmt, edit
std::vector<Command> watch_commands();
std::vector<Command> metrics_commands();
std::vector<Command> list_commands();
std::vector<Command> mode_commands();  ///< configure, live

/// "~/x" is in the user's home; a relative path is one of the current folder.
Result<std::string> absolute_file(const std::string& typed);
/// The disk at a path of the tree, or the file or device that is to be one.
Result<service::LunOptions> lun_options(const std::string& text, const Session& session);
/// The newest generation as the file of the older tools.
Result<service::Report> save_to_default_file(const Invocation& call);
/// The TPG a place is in.
service::TpgRef tpg_ref(const Place& place);

}  // namespace lunet::shell
