// SPDX-License-Identifier: Apache-2.0
// From the files of the tree to the values the data plane works with.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "configfs/model/effects.h"
#include "engine/dataplane/snapshot.h"

namespace lunet::control {

/// A disk that is enabled.
struct OpenDisk {
  std::shared_ptr<dataplane::Disk> disk;
  std::shared_ptr<const scsi::Unit> unit;  ///< null until the batch that opened it is shown to initiators
  std::map<std::string, std::uint32_t> shown_in = {};  ///< LUNs that show it, by target
  bool keeps_reservations = false;                     ///< there is a place for APTPL

  /// LUNs that show it.
  [[nodiscard]] std::uint32_t exports() const;
};
using DiskTable = std::map<std::string, OpenDisk, std::less<>>;  ///< by path core/PLUGIN_N/NAME

/// The unit of a disk as its files say.
std::shared_ptr<const scsi::Unit> build_unit(const std::string& disk_path, const OpenDisk& open,
                                             const configfs::ModelView& view);
/// "iscsi/NAME/tpgt_1", or the last part alone -> 1; 0 when it ends otherwise.
std::uint16_t tag_of_tpg(std::string_view path);
/// A portal group with its LUNs, ACLs and portals; LUNs without a link are left out.
std::shared_ptr<const dataplane::Tpg> build_tpg(const std::string& target, const std::string& tpg_path,
                                                std::uint16_t relative_port, const DiskTable& disks,
                                                const configfs::ModelView& view);
/// The same portal group after changes to these ACLs only, by the names of their directories: made, written,
/// with other mapped LUNs, or gone. Costs a pointer and a name for each other ACL.
std::shared_ptr<const dataplane::Tpg> with_acls(const dataplane::Tpg& before, const std::string& tpg_path,
                                                const std::set<std::string>& initiators,
                                                const DiskTable& disks, const configfs::ModelView& view);
/// How discovery sessions have to prove who they are.
iscsi::AuthenticationPolicy build_discovery(const configfs::ModelView& view);

}  // namespace lunet::control
