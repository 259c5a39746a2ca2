// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

std::string start_stop(std::uint8_t immediate, std::uint8_t action) {
  TestDisk disk;
  return verdict(disk.run({0x1B, immediate, 0, 0, action}));
}

TEST(TestUnitReady, IsGood) {
  TestDisk disk;
  EXPECT_EQ(verdict(disk.run({0x00})), "good");
}

TEST(StartStopUnit, StartsWithAndWithoutImmed) {
  EXPECT_EQ(start_stop(0, 0x01), "good");
  EXPECT_EQ(start_stop(1, 0x01), "good");
}

TEST(StartStopUnit, RefusesToStopEjectOrSleep) {
  EXPECT_EQ(start_stop(0, 0x00), "5/2400");
  EXPECT_EQ(start_stop(1, 0x02), "5/2400");
  EXPECT_EQ(start_stop(1, 0x03), "5/2400");
  EXPECT_EQ(start_stop(0, 0x31), "5/2400");
}

}  // namespace
}  // namespace lunet::scsi
