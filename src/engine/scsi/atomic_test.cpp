// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

Octets compare_and_write(std::uint8_t lba, std::uint8_t count, std::uint8_t flags = 0) {
  return {0x89, flags, 0, 0, 0, 0, 0, 0, 0, lba, 0, 0, 0, count, 0, 0};
}
Octets or_write(std::uint8_t lba, std::uint8_t count) {
  return {0x8B, 0, 0, 0, 0, 0, 0, 0, 0, lba, 0, 0, 0, count, 0, 0};
}
Octets write(std::uint8_t lba, std::uint8_t count) {
  return {0x2A, 0, 0, 0, 0, lba, 0, 0, count, 0};
}
Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(CompareAndWrite, WritesWhereTheBlocksAreAsExpected) {
  TestDisk disk;
  const Octets data(1024, 0x5A);
  const Outcome outcome = disk.send(compare_and_write(3, 2), Octets(1024) + data);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.transfer_bytes, 2048U);
  EXPECT_EQ(disk.blocks(3, 2), data);
  EXPECT_EQ(disk.blocks(2, 1), Octets(512));
  EXPECT_EQ(disk.blocks(5, 1), Octets(512));
}

TEST(CompareAndWrite, ChangesNothingElseAndTellsWhere) {
  TestDisk disk;
  Octets there(1024);
  there[700] = 1;
  ASSERT_EQ(verdict(disk.send(write(3, 2), there)), "good");
  const Outcome outcome = disk.send(compare_and_write(3, 2), Octets(1024) + Octets(1024, 0x5A));
  EXPECT_EQ(verdict(outcome), "E/1D00");
  EXPECT_EQ(outcome.sense->information, 700U);
  EXPECT_EQ(disk.blocks(3, 2), there);
}

TEST(CompareAndWrite, HoldsItsBlocksWhileItLooks) {
  TestDisk disk;
  const Outcome outcome = disk.send(compare_and_write(3, 2), Octets(2048));
  EXPECT_EQ(outcome.locked.offset, 3 * 512U);
  EXPECT_EQ(outcome.locked.length, 1024U);
}

TEST(CompareAndWrite, RefusesWhatItCannotDo) {
  TestDisk disk(512);
  EXPECT_EQ(verdict(disk.send(compare_and_write(3, 0), {})), "good");
  EXPECT_EQ(verdict(disk.send(compare_and_write(3, 1, 0x20), Octets(1024))), "5/2400");
  EXPECT_EQ(verdict(disk.send(compare_and_write(3, 2), Octets(1024))), "5/0E03");
  EXPECT_EQ(verdict(disk.send(compare_and_write(3, 2), Octets(2560))), "5/0E03");
  disk.unit.size_bytes = 4 * 512;
  EXPECT_EQ(verdict(disk.send(compare_and_write(3, 2), Octets(2048))), "5/2100");
  disk.unit.attributes.emulate_caw = false;
  EXPECT_EQ(verdict(disk.send(compare_and_write(3, 1), Octets(1024))), "5/2000");
}

TEST(CompareAndWrite, PassesOnWhatTheDiskSays) {
  for (const std::size_t at : {0U, 1U}) {
    TestDisk disk;
    disk.io_result = -EIO;
    disk.fail_at = at;
    EXPECT_EQ(verdict(disk.send(compare_and_write(3, 1), Octets(1024))), at == 0 ? "3/1100" : "3/0C00");
  }
}

TEST(OrWrite, SetsBitsAndClearsNone) {
  TestDisk disk;
  ASSERT_EQ(verdict(disk.send(write(7, 1), Octets(512, 0x0F))), "good");
  const Outcome outcome = disk.send(or_write(7, 2), Octets(1024, 0x11));
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(disk.blocks(7, 1), Octets(512, 0x1F));
  EXPECT_EQ(disk.blocks(8, 1), Octets(512, 0x11));
  EXPECT_EQ(outcome.locked.offset, 7 * 512U);
  EXPECT_EQ(outcome.locked.length, 1024U);
}

TEST(OrWrite, MovesWholeBlocksThatAreSent) {
  TestDisk disk;
  EXPECT_EQ(verdict(disk.send(or_write(63, 2), Octets(1024))), "5/2100");
  const Outcome outcome = disk.send(or_write(7, 2), Octets(700, 0xFF));
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.transfer_bytes, 1024U);
  EXPECT_EQ(disk.blocks(8, 1), Octets(512));
}

}  // namespace
}  // namespace lunet::scsi
