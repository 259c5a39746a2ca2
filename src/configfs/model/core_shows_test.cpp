// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_fixture.h"

namespace lunet::configfs {
namespace {

using CoreShows = RulesTest;

TEST_F(CoreShows, InfoFollowsTheDisk) {
  const std::string disk = ram_disk("d");
  EXPECT_THAT(read(disk + "/info"),
              testing::StartsWith("Status: DEACTIVATED  Max Queue Depth: 0  SectorSize: 512"));
  write(disk + "/attrib/queue_depth", "64");
  EXPECT_THAT(read(disk + "/info"), testing::HasSubstr("Max Queue Depth: 64"));
  lun(0, disk);
  EXPECT_THAT(read(disk + "/info"), testing::StartsWith("Status: ACTIVATED"));
  EXPECT_EQ(read(disk + "/statistics/scsi_tgt_dev/status"), "activated");
}

TEST_F(CoreShows, TheSecondDiskOfAnHbaHasTheNextId) {
  ram_disk("d");
  EXPECT_THAT(read(ram_disk("e") + "/info"), testing::HasSubstr("TCM RamDisk ID: 1"));
}

}  // namespace
}  // namespace lunet::configfs
