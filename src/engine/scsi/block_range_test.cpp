// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/block_range.h"

#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

BlockRange parse(const Octets& cdb) {
  Task task;
  std::copy(cdb.begin(), cdb.end(), task.cdb.begin());
  return block_range(task);
}

TEST(BlockRange, HasItsPlaceInEachCdb) {
  BlockRange range = parse({0x08, 0xFF, 0x02, 0x03, 4});
  EXPECT_EQ(range.lba, 0x1F0203U);
  EXPECT_EQ(range.count, 4U);
  range = parse({0x28, 0xFF, 1, 2, 3, 4, 0xFF, 5, 6, 0xFF});
  EXPECT_EQ(range.lba, 0x01020304U);
  EXPECT_EQ(range.count, 0x0506U);
  range = parse({0xA8, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF});
  EXPECT_EQ(range.lba, 0x01020304U);
  EXPECT_EQ(range.count, 0x05060708U);
  range = parse({0x88, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xFF});
  EXPECT_EQ(range.lba, 0x0102030405060708U);
  EXPECT_EQ(range.count, 0x090A0B0CU);
}

TEST(BlockRange, MeansManyBlocksByZeroInSixBytesOnly) {
  EXPECT_EQ(parse({0x08}).count, 256U);
  EXPECT_EQ(parse({0x28}).count, 0U);
}

TEST(BlockRange, LiesInsideTheUnitUpToItsEnd) {
  Unit unit;
  unit.size_bytes = 100 * 512 + 511;
  EXPECT_TRUE((BlockRange{0, 100}.inside(unit)));
  EXPECT_TRUE((BlockRange{99, 1}.inside(unit)));
  EXPECT_TRUE((BlockRange{100, 0}.inside(unit)));
  EXPECT_FALSE((BlockRange{99, 2}.inside(unit)));
  EXPECT_FALSE((BlockRange{100, 1}.inside(unit)));
  EXPECT_FALSE((BlockRange{101, 0}.inside(unit)));
  EXPECT_FALSE((BlockRange{~0ULL, 2}.inside(unit)));
}

}  // namespace
}  // namespace lunet::scsi
