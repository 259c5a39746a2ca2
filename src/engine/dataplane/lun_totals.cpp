// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/lun_totals.h"

#include <algorithm>

namespace lunet::dataplane {

std::shared_ptr<LunUse> LunTotals::of(const Tpg& tpg, const LunMapping& mapping) {
  Lun& lun = groups_[{tpg.target, tpg.tag}].luns[mapping.target_lun];
  if (lun.use == nullptr || lun.disk != mapping.disk->path)
    lun = {mapping.disk->path, std::make_shared<LunUse>()};
  return lun.use;
}

static std::shared_ptr<const Tpg> group_in(const Snapshot& snapshot, const std::string& target,
                                           std::uint16_t tag) {
  const auto tpgs = snapshot.targets->find(target);
  if (tpgs == snapshot.targets->end()) return nullptr;
  const auto tpg = tpgs->second.find(tag);
  return tpg == tpgs->second.end() ? nullptr : tpg->second;
}

static bool shows(const Tpg& tpg, std::uint16_t lun, const std::string& disk) {
  const auto found = std::lower_bound(tpg.luns.begin(), tpg.luns.end(), lun,
                                      [](const LunMapping& each, std::uint16_t n) { return each.lun < n; });
  return found != tpg.luns.end() && found->lun == lun && found->disk->path == disk;
}

void LunTotals::keep_what_is_in(const Snapshot& snapshot) {
  for (auto group = groups_.begin(); group != groups_.end();) {
    const auto tpg = group_in(snapshot, group->first.first, group->first.second);
    if (tpg == nullptr) {
      group = groups_.erase(group);
      continue;
    }
    if (tpg != group->second.seen) {
      std::erase_if(group->second.luns,
                    [&](const auto& lun) { return !shows(*tpg, lun.first, lun.second.disk); });
    }
    group->second.seen = tpg;
    ++group;
  }
}

void LunTotals::add_to(LunUses& sum, std::string_view target, std::uint16_t tag) const {
  const auto group = groups_.find({std::string(target), tag});
  if (group == groups_.end()) return;
  for (const auto& [number, lun] : group->second.luns) sum[number] += *lun.use;
}

}  // namespace lunet::dataplane
