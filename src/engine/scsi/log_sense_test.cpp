// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

Outcome log(std::uint8_t page, std::uint8_t subpage = 0, std::uint8_t allocation = 0xFF) {
  TestDisk disk;
  return disk.run({0x4D, 0, page, subpage, 0, 0, 0, 0, allocation, 0}, 255);
}

TEST(LogSense, ListsItsPages) {
  EXPECT_THAT(log(0x40).data_in, ElementsAre(0x00, 0, 0, 2, 0x00, 0x2F));
  EXPECT_THAT(log(0x40, 0xFF).data_in, ElementsAre(0x40, 0xFF, 0, 6, 0, 0, 0, 0xFF, 0x2F, 0));
}

TEST(LogSense, HasNoInformationalException) {
  EXPECT_THAT(log(0x6F).data_in, ElementsAre(0x2F, 0, 0, 8, 0, 0, 3, 4, 0, 0, 0xFF, 0));
  EXPECT_EQ(log(0x6F, 0, 5).data_in.size(), 5U);
}

TEST(LogSense, RefusesOtherPagesAndSaving) {
  TestDisk disk;
  EXPECT_EQ(verdict(log(0x4D)), "5/2400");
  EXPECT_EQ(verdict(log(0x6F, 1)), "5/2400");
  EXPECT_EQ(verdict(disk.run({0x4D, 1, 0x40, 0, 0, 0, 0, 0, 0xFF, 0}, 255)), "5/2400");
}

}  // namespace
}  // namespace lunet::scsi
