// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

constexpr std::uint8_t dbd = 0x08;

Outcome sense_6(TestDisk& disk, std::uint8_t page, std::uint8_t subpage = 0, std::uint8_t length = 255) {
  return disk.run({0x1A, dbd, page, subpage, length}, 1024);
}

Octets block_descriptor(std::uint64_t blocks, std::uint8_t flags) {
  TestDisk disk(blocks);
  const Octets data = disk.run({0x5A, flags, 0x08, 0, 0, 0, 0, 0, 255}, 1024).data_in;
  EXPECT_EQ(load_be16(&data[0]), data.size() - 2);
  return {&data[4], &data[8] + load_be16(&data[6])};
}

TEST(ModeSense, ShowsWriteProtectionOfUnitAndMapping) {
  TestDisk disk;
  EXPECT_EQ(sense_6(disk, 0x3F).data_in[2], 0x00);
  disk.write_protected = true;
  EXPECT_EQ(sense_6(disk, 0x3F).data_in[2], 0x80);
  disk.write_protected = false;
  disk.unit.read_only = true;
  EXPECT_EQ(sense_6(disk, 0x3F).data_in[2], 0x80);
}

TEST(ModeSense, ShowsTheWriteCacheAndDpoFua) {
  TestDisk disk;
  disk.unit.write_cache = true;
  EXPECT_EQ(sense_6(disk, 0x08).data_in[2], 0x10);
  EXPECT_EQ(sense_6(disk, 0x08).data_in[4 + 2], 0x04);
  disk.unit.attributes.emulate_fua_write = false;
  EXPECT_EQ(sense_6(disk, 0x08).data_in[2], 0x00);
}

TEST(ModeSense, ShowsControlAttributes) {
  TestDisk disk;
  disk.unit.attributes.emulate_tas = false;
  constexpr std::uint8_t expected[] = {0x00, 0x20, 0x30};
  for (std::uint8_t mode = 0; mode < 3; ++mode) {
    disk.unit.attributes.emulate_ua_intlck_ctrl = mode;
    const Octets data = sense_6(disk, 0x0A).data_in;
    EXPECT_EQ(data[4 + 4], expected[mode]);
    EXPECT_EQ(data[4 + 5], 0x00);
  }
  disk.unit.size_bytes = (1ULL << 32) * 512;
  EXPECT_EQ(sense_6(disk, 0x0A).data_in[4 + 2], 0x06);
}

TEST(ModeSense, GivesDefaultsLikeCurrentValuesAndNothingChangeable) {
  TestDisk disk;
  EXPECT_EQ(sense_6(disk, 0x80 | 0x0A).data_in, sense_6(disk, 0x0A).data_in);
  EXPECT_THAT(sense_6(disk, 0x40 | 0x0A).data_in,
              ElementsAre(15, 0, 0, 0, 0x0A, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(verdict(sense_6(disk, 0xC0 | 0x0A)), "5/3900");
}

TEST(ModeSense, RefusesUnknownPagesAndSubpages) {
  TestDisk disk;
  EXPECT_EQ(verdict(sense_6(disk, 0x03)), "5/2400");
  EXPECT_EQ(verdict(sense_6(disk, 0x08, 0x01)), "5/2400");
  EXPECT_EQ(verdict(sense_6(disk, 0x3F, 0x01)), "5/2400");
  EXPECT_EQ(verdict(sense_6(disk, 0x08, 0xFF)), "good");
}

TEST(ModeSense, CutsToTheAllocationLength) {
  TestDisk disk;
  const Octets whole = sense_6(disk, 0x3F).data_in;
  for (const std::uint8_t length : Octets{0, 1, 4, 20}) {
    const Outcome outcome = sense_6(disk, 0x3F, 0, length);
    EXPECT_EQ(outcome.data_in, Octets(whole.begin(), whole.begin() + length));
    EXPECT_EQ(outcome.transfer_bytes, length);
  }
}

TEST(ModeSense, HasALongDescriptorForLargeDisksOnRequest) {
  EXPECT_THAT(block_descriptor(1ULL << 33, 0x10),
              ElementsAre(1, 0, 0, 16, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 2, 0));
  EXPECT_THAT(block_descriptor(1ULL << 33, 0x00),
              ElementsAre(0, 0, 0, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 2, 0));
  EXPECT_THAT(block_descriptor(1ULL << 33, 0x18), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(block_descriptor(64, 0x10), ElementsAre(0, 0, 0, 8, 0, 0, 0, 63, 0, 0, 2, 0));
}

}  // namespace
}  // namespace lunet::scsi
