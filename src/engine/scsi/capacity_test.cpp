// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

Octets capacity_10(std::uint64_t blocks) {
  TestDisk disk(blocks);
  return disk.run({0x25}, 8).data_in;
}

Octets capacity_16(const Unit& unit, std::uint8_t length = 32) {
  TestDisk disk;
  disk.unit = unit;
  return disk.run({0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, length}, 255).data_in;
}

TEST(ReadCapacity, GivesLastBlockAndBlockSize) {
  EXPECT_THAT(capacity_10(64), ElementsAre(0, 0, 0, 63, 0, 0, 2, 0));
  EXPECT_THAT(capacity_10(0), ElementsAre(0, 0, 0, 0, 0, 0, 2, 0));
}

TEST(ReadCapacity, SaysThatALargeDiskNeedsTheLongForm) {
  EXPECT_THAT(capacity_10(0xFFFFFFFF), ElementsAre(0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 2, 0));
  EXPECT_THAT(capacity_10(1ULL << 40), ElementsAre(0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 2, 0));
}

TEST(ReadCapacity, CountsWholeBlocksOnly) {
  Unit unit;
  unit.attributes.block_size = 4096;
  unit.size_bytes = 3 * 4096 + 4095;
  const Octets data = capacity_16(unit);
  EXPECT_EQ(load_be64(&data[0]), 2U);
  EXPECT_EQ(load_be32(&data[8]), 4096U);
}

TEST(ReadCapacity, RefusesALogicalBlockWithoutPmi) {
  TestDisk disk;
  EXPECT_EQ(verdict(disk.run({0x25, 0, 0, 0, 0, 1}, 8)), "5/2400");
  EXPECT_EQ(verdict(disk.run({0x25, 0, 0, 0, 0, 1, 0, 0, 1}, 8)), "good");
}

TEST(ReadCapacity, ShowsThinProvisioning) {
  Unit unit;
  unit.size_bytes = 1ULL << 50;
  unit.attributes.unmap_zeroes_data = true;
  EXPECT_EQ(capacity_16(unit)[14], 0x00);
  unit.attributes.emulate_tpws = true;
  EXPECT_EQ(capacity_16(unit)[14], 0xC0);
  unit.attributes.unmap_zeroes_data = false;
  EXPECT_EQ(capacity_16(unit)[14], 0x80);
}

TEST(ReadCapacity, CutsToTheAllocationLength) {
  for (std::uint8_t length = 0; length < 32; ++length) EXPECT_EQ(capacity_16({}, length).size(), length);
  EXPECT_EQ(capacity_16({}, 255).size(), 32U);
}

}  // namespace
}  // namespace lunet::scsi
