// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/surroundings.h"

#include <algorithm>

#include "engine/dataplane/access.h"

namespace lunet::dataplane {

std::vector<scsi::Port> SnapshotSurroundings::target_ports(const scsi::LogicalUnit& unit) const {
  std::vector<scsi::Port> ports;
  for (const auto& [name, tpgs] : *snapshot_().targets) {
    for (const auto& [tag, tpg] : tpgs) {
      for (const LunMapping& lun : tpg->luns) {
        if (&lun.disk->logical_unit != &unit) continue;
        ports.push_back({name, tag, lun.relative_port, lun.port_group, lun.lun, lun.lun, lun.offline});
        break;
      }
    }
  }
  return ports;
}

bool SnapshotSurroundings::may_enter(const std::string& initiator, const scsi::Port& port) const {
  const Snapshot& snapshot = snapshot_();
  const auto target = snapshot.targets->find(port.target_name);
  if (target == snapshot.targets->end()) return false;
  const auto tpg = target->second.find(port.portal_group_tag);
  if (tpg == target->second.end()) return false;
  const auto luns = visible_luns(*tpg->second, initiator);
  return std::any_of(luns.begin(), luns.end(),
                     [&](const LunMapping& lun) { return lun.target_lun == port.target_lun; });
}

}  // namespace lunet::dataplane
