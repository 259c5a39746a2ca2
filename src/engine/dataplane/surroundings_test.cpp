// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/surroundings.h"

#include <gmock/gmock.h>

namespace lunet::dataplane {

namespace {

LunMapping shown(const std::shared_ptr<Disk>& disk, std::uint16_t lun, std::uint16_t target_lun) {
  LunMapping mapping;
  mapping.disk = disk;
  mapping.unit = std::make_shared<const scsi::Unit>();
  mapping.lun = lun;
  mapping.target_lun = target_lun;
  return mapping;
}

class SurroundingsTest : public testing::Test {
 protected:
  void SetUp() override {
    TpgMap tpgs;
    for (const std::uint16_t tag : {std::uint16_t{1}, std::uint16_t{2}}) {
      auto tpg = std::make_shared<Tpg>();
      tpg->target = "t";
      tpg->tag = tag;
      tpg->luns.push_back(shown(tag == 1 ? disk_ : other_, 0, 0));
      tpg->luns.push_back(shown(disk_, 4, 4));
      tpg->luns.back().relative_port = tag;
      Acl acl;
      acl.luns.push_back(shown(disk_, 9, 4));
      tpg->acls["a"] = std::make_shared<const Acl>(std::move(acl));
      tpgs[tag] = tpg;
    }
    snapshot_.targets = std::make_shared<const TargetMap>(TargetMap{{"t", tpgs}});
  }
  std::shared_ptr<Disk> disk_ = std::make_shared<Disk>();
  std::shared_ptr<Disk> other_ = std::make_shared<Disk>();
  Snapshot snapshot_;
  SnapshotSurroundings surroundings_{[this]() -> const Snapshot& { return snapshot_; }};
};

}  // namespace

TEST_F(SurroundingsTest, HaveOnePortForEachPortalGroupThatShowsTheUnit) {
  const auto ports = surroundings_.target_ports(disk_->logical_unit);
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_EQ(ports[0].target_lun, 0);
  EXPECT_EQ(ports[1].target_lun, 4);
  EXPECT_EQ(ports[1].relative_port, 2);
}

TEST_F(SurroundingsTest, LetInWhoSeesTheUnitThere) {
  scsi::Port port;
  port.target_name = "t";
  port.portal_group_tag = 2;
  port.target_lun = 4;
  EXPECT_TRUE(surroundings_.may_enter("a", port));
  EXPECT_FALSE(surroundings_.may_enter("b", port));
  port.target_lun = 0;
  EXPECT_FALSE(surroundings_.may_enter("a", port));
  port.portal_group_tag = 3;
  EXPECT_FALSE(surroundings_.may_enter("a", port));
  port.target_name = "other";
  EXPECT_FALSE(surroundings_.may_enter("a", port));
}

}  // namespace lunet::dataplane
