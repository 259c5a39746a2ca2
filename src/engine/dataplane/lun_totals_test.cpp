// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/lun_totals.h"

#include <gmock/gmock.h>

namespace lunet::dataplane {
namespace {

LunMapping mapping(std::uint16_t lun, const std::string& path) {
  LunMapping made;
  made.lun = made.target_lun = lun;
  made.disk = std::make_shared<Disk>();
  made.disk->path = path;
  return made;
}

Tpg group(std::vector<LunMapping> luns) {
  Tpg made;
  made.target = "iqn.t";
  made.luns = std::move(luns);
  return made;
}

Snapshot snapshot_of(const Tpg& tpg) {
  Snapshot made;
  made.targets = std::make_shared<const TargetMap>(
      TargetMap{{tpg.target, {{tpg.tag, std::make_shared<const Tpg>(tpg)}}}});
  return made;
}

LunUses sum_of(const LunTotals& totals) {
  LunUses sum;
  totals.add_to(sum, "iqn.t", 1);
  return sum;
}

TEST(LunTotals, MappingsOfALunAreCountedTogether) {
  const Tpg tpg = group({mapping(4, "core/a/a")});
  LunMapping other = tpg.luns.front();
  other.lun = 7;  // as another initiator sees it
  LunTotals totals;
  totals.of(tpg, tpg.luns.front())->reads += 2;
  *totals.of(tpg, other) += {1, 3, 0, 512, 0, 0, 0};
  EXPECT_EQ(sum_of(totals).at(4).reads, 3U);
  EXPECT_EQ(sum_of(totals).at(4).writes, 3U);
  EXPECT_EQ(sum_of(totals).at(4).read_bytes, 512U);
  LunUses sum;
  totals.add_to(sum, "iqn.t", 2);
  EXPECT_TRUE(sum.empty());
}

TEST(LunTotals, StayWhileTheLunShowsTheSameDisk) {
  const Tpg before = group({mapping(0, "core/a/a"), mapping(1, "core/b/b")});
  LunTotals totals;
  totals.of(before, before.luns[0])->reads = 5;
  totals.of(before, before.luns[1])->reads = 6;
  const Tpg now = group({mapping(0, "core/a/a"), mapping(1, "core/c/c")});
  totals.keep_what_is_in(snapshot_of(now));
  EXPECT_EQ(sum_of(totals).at(0).reads, 5U);
  EXPECT_FALSE(sum_of(totals).contains(1));
  EXPECT_EQ(totals.of(now, now.luns[1])->reads, 0U);
  EXPECT_EQ(totals.of(now, now.luns[0])->reads, 5U);
}

TEST(LunTotals, GoWithTheLunAndWithThePortalGroup) {
  const Tpg before = group({mapping(0, "core/a/a")});
  LunTotals totals;
  totals.of(before, before.luns[0])->reads = 5;
  totals.keep_what_is_in(snapshot_of(group({})));
  EXPECT_TRUE(sum_of(totals).empty());
  totals.of(before, before.luns[0])->reads = 5;
  totals.keep_what_is_in(Snapshot{});
  EXPECT_TRUE(sum_of(totals).empty());
}

}  // namespace
}  // namespace lunet::dataplane
