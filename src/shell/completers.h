// SPDX-License-Identifier: Apache-2.0
// What values parameters may have: the functions that rows of the command table name in Parameter::complete.
// They see the parameters that are typed already. A completer that cannot know says nothing.
#pragma once

#include <string>
#include <vector>

#include "shell/command.h"

namespace lunet::shell {

/// What the parameter's own completer says, else what its type says.
std::vector<std::string> values_for(const Parameter& parameter, const Wanted& wanted);

// Of the tree.
std::vector<std::string> complete_path(const Wanted& wanted);      ///< nodes below, @bookmarks
std::vector<std::string> complete_cd(const Wanted& wanted);        ///< also < > -
std::vector<std::string> complete_child(const Wanted& wanted);     ///< names below the command's node
std::vector<std::string> complete_hba(const Wanted& wanted);       ///< "fileio0"
std::vector<std::string> complete_plugin(const Wanted& wanted);    ///< as HBAs name them
std::vector<std::string> complete_disk(const Wanted& wanted);      ///< paths of disks
std::vector<std::string> complete_new_lun(const Wanted& wanted);   ///< disks that are no LUN here yet
std::vector<std::string> complete_free_lun(const Wanted& wanted);  ///< some free numbers of the TPG
std::vector<std::string> complete_tpg_lun(const Wanted& wanted);   ///< LUNs of the TPG, and their disks
std::vector<std::string> complete_free_mapped(const Wanted& wanted);
std::vector<std::string> complete_disk_or_file(const Wanted& wanted);
std::vector<std::string> complete_portal_ip(const Wanted& wanted);      ///< of portals here
std::vector<std::string> complete_portal_port(const Wanted& wanted);    ///< of those with the given address
std::vector<std::string> complete_any_initiator(const Wanted& wanted);  ///< known anywhere
std::vector<std::string> complete_initiator(const Wanted& wanted);      ///< known elsewhere, not here yet
std::vector<std::string> complete_command(const Wanted& wanted);        ///< of the node

// Of the machine.
std::vector<std::string> complete_file(const Wanted& wanted);
std::vector<std::string> complete_block_device(const Wanted& wanted);
std::vector<std::string> complete_local_address(const Wanted& wanted);
std::vector<std::string> complete_target_wwn(const Wanted& wanted);  ///< ports of the fabric's hardware

/// The nodes that a word which is a path may go on to: "base/child/".
std::vector<std::string> paths_for(const Place& from, std::string_view word, Session& session);

}  // namespace lunet::shell
