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

TEST(SendDiagnostic, PassesTheDefaultTestAndKnowsNoOther) {
  TestDisk disk;
  EXPECT_EQ(verdict(disk.run({0x1D, 0x04, 0, 0, 0, 0})), "good");
  EXPECT_EQ(verdict(disk.run({0x1D, 0x24, 0, 0, 0, 0})), "5/2400");
  EXPECT_EQ(verdict(disk.run({0x1D, 0x04, 0, 0, 8, 0})), "5/2400");
}

TEST(Prefetch, ChecksItsRange) {
  TestDisk disk(64);
  EXPECT_EQ(verdict(disk.run({0x34, 0x02, 0, 0, 0, 60, 0, 0, 4, 0})), "good");
  EXPECT_EQ(verdict(disk.run({0x34, 0, 0, 0, 0, 60, 0, 0, 5, 0})), "5/2100");
  EXPECT_EQ(verdict(disk.run({0x90, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0})), "good");
  EXPECT_EQ(verdict(disk.run({0x90, 0, 0, 0, 0, 0, 0, 0, 0, 65, 0, 0, 0, 0, 0, 0})), "5/2100");
}

TEST(ReadDefectData, HasEmptyListsInAnyFormat) {
  TestDisk disk;
  EXPECT_EQ(disk.run({0x37, 0, 0x1D, 0, 0, 0, 0, 0, 255, 0}, 255).data_in, (Octets{0, 0x1D, 0, 0}));
  EXPECT_EQ(disk.run({0xB7, 0x0D, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0}, 255).data_in,
            (Octets{0, 0x0D, 0, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace lunet::scsi
