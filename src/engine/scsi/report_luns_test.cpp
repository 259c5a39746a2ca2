// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

Outcome report(TestDisk& disk, std::uint8_t select, std::uint8_t length = 255) {
  return disk.run({0xA0, 0, select, 0, 0, 0, 0, 0, 0, length}, 1024);
}

TEST(ReportLuns, WorksWithoutAUnit) {
  TestDisk disk;
  disk.mapped = false;
  disk.luns = {3};
  EXPECT_THAT(report(disk, 0).data_in, ElementsAre(0, 0, 0, 8, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0));
}

TEST(ReportLuns, ReportsLunZeroWhenNothingIsMapped) {
  TestDisk disk;
  disk.mapped = false;
  disk.luns.clear();
  EXPECT_THAT(report(disk, 0).data_in, ElementsAre(0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ReportLuns, AddressesLargeNumbersInFlatSpace) {
  TestDisk disk;
  disk.luns = {255, 256, 0x3FFF, 0x4000};
  EXPECT_THAT(report(disk, 0).data_in, ElementsAre(0, 0, 0, 32, 0, 0, 0, 0,       //
                                                   0, 255, 0, 0, 0, 0, 0, 0,      //
                                                   0x41, 0, 0, 0, 0, 0, 0, 0,     //
                                                   0x7F, 0xFF, 0, 0, 0, 0, 0, 0,  //
                                                   0xD2, 0, 0x40, 0, 0, 0, 0, 0));
}

TEST(ReportLuns, RefusesAnUnknownSelection) {
  TestDisk disk;
  EXPECT_EQ(verdict(report(disk, 3)), "5/2400");
  EXPECT_EQ(verdict(report(disk, 0x10)), "5/2400");
}

TEST(ReportLuns, KeepsTheListLengthWhenCut) {
  TestDisk disk;
  disk.luns = {0, 1};
  EXPECT_THAT(report(disk, 0, 6).data_in, ElementsAre(0, 0, 0, 16, 0, 0));
}

}  // namespace
}  // namespace lunet::scsi
