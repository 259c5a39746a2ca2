// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

/// READ or WRITE in the CDB size that `opcode` has.
Octets transfer(std::uint8_t opcode, std::uint64_t lba, std::uint32_t count, std::uint8_t flags = 0) {
  Octets cdb(16);
  cdb[0] = opcode;
  cdb[1] = flags;
  switch (opcode >> 5) {
    case 0:
      store_be24(&cdb[1], static_cast<std::uint32_t>(lba));
      cdb[4] = static_cast<std::uint8_t>(count);
      break;
    case 1:
      store_be32(&cdb[2], static_cast<std::uint32_t>(lba));
      store_be16(&cdb[7], static_cast<std::uint16_t>(count));
      break;
    case 4:
      store_be64(&cdb[2], lba);
      store_be32(&cdb[10], count);
      break;
    default: store_be32(&cdb[2], static_cast<std::uint32_t>(lba)); store_be32(&cdb[6], count);
  }
  return cdb;
}

Octets pattern(std::size_t bytes, int seed = 1) {
  Octets data(bytes);
  for (std::size_t i = 0; i < bytes; ++i)
    data[i] = static_cast<std::uint8_t>(i * 31 + i / 512 + static_cast<std::size_t>(seed));
  return data;
}

class EachSize : public testing::TestWithParam<std::pair<int, int>> {
 protected:
  std::uint8_t read_ = static_cast<std::uint8_t>(GetParam().first);
  std::uint8_t write_ = static_cast<std::uint8_t>(GetParam().second);
};
INSTANTIATE_TEST_SUITE_P(Transfer, EachSize,
                         testing::Values(std::pair{0x08, 0x0A}, std::pair{0x28, 0x2A}, std::pair{0xA8, 0xAA},
                                         std::pair{0x88, 0x8A}));

TEST_P(EachSize, ReadsWhatWasWritten) {
  TestDisk disk;
  const Octets data = pattern(3 * 512);
  const Outcome written = disk.send(transfer(write_, 5, 3), data);
  EXPECT_EQ(verdict(written), "good");
  EXPECT_EQ(written.transfer_bytes, data.size());
  const Outcome outcome = disk.run(transfer(read_, 5, 3), 3 * 512);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.data_in, data);
  EXPECT_EQ(outcome.transfer_bytes, data.size());
  EXPECT_EQ(disk.blocks(8, 1), Octets(512));
}

TEST_P(EachSize, ReachesTheLastBlockAndNoFurther) {
  TestDisk disk(64);
  EXPECT_EQ(verdict(disk.run(transfer(read_, 63, 1), 512)), "good");
  EXPECT_EQ(verdict(disk.run(transfer(read_, 63, 2), 1024)), "5/2100");
  EXPECT_EQ(verdict(disk.run(transfer(read_, 64, 1), 512)), "5/2100");
  EXPECT_EQ(verdict(disk.send(transfer(write_, 63, 1), Octets(512))), "good");
  EXPECT_EQ(verdict(disk.send(transfer(write_, 63, 2), Octets(1024))), "5/2100");
  EXPECT_EQ(verdict(disk.send(transfer(write_, 0x1FFFFF, 1), Octets(512))), "5/2100");
}

TEST_P(EachSize, RefusesMoreThanTheLimit) {
  TestDisk disk;
  disk.unit.attributes.hw_max_sectors = 8;
  EXPECT_EQ(verdict(disk.run(transfer(read_, 0, 8), 8 * 512)), "good");
  EXPECT_EQ(verdict(disk.run(transfer(read_, 0, 9), 9 * 512)), "5/2400");
  EXPECT_EQ(verdict(disk.send(transfer(write_, 0, 9), Octets(9 * 512))), "5/2400");
}

class WithFlags : public EachSize {};
INSTANTIATE_TEST_SUITE_P(Transfer, WithFlags,
                         testing::Values(std::pair{0x28, 0x2A}, std::pair{0xA8, 0xAA},
                                         std::pair{0x88, 0x8A}));

TEST_P(WithFlags, DoesNothingForZeroBlocksInsideTheDisk) {
  TestDisk disk(64);
  const Outcome outcome = disk.run(transfer(read_, 0, 0), 512);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_TRUE(outcome.ios.empty());
  EXPECT_TRUE(outcome.data_in.empty());
  EXPECT_EQ(verdict(disk.run(transfer(read_, 64, 0))), "good");
  EXPECT_EQ(verdict(disk.run(transfer(read_, 65, 0))), "5/2100");
  EXPECT_EQ(verdict(disk.send(transfer(write_, 65, 0), {})), "5/2100");
  EXPECT_TRUE(disk.send(transfer(write_, 0, 0), {}).ios.empty());
}

TEST_P(WithFlags, RefusesProtectionInformation) {
  TestDisk disk;
  for (const std::uint8_t protect : Octets{0x20, 0x40, 0x60, 0x80, 0xA0, 0xC0, 0xE0}) {
    EXPECT_EQ(verdict(disk.run(transfer(read_, 0, 1, protect), 512)), "5/2400");
    EXPECT_EQ(verdict(disk.send(transfer(write_, 0, 1, protect), Octets(512))), "5/2400");
  }
}

TEST_P(WithFlags, TakesDpoAndFuaOnlyWithAWriteCache) {
  TestDisk disk;
  for (const bool cache : {false, true}) {
    disk.unit.write_cache = cache;
    for (const std::uint8_t flags : Octets{0x10, 0x08, 0x18}) {
      EXPECT_EQ(verdict(disk.run(transfer(read_, 0, 1, flags), 512)), cache ? "good" : "5/2400");
      EXPECT_EQ(verdict(disk.send(transfer(write_, 0, 1, flags), Octets(512))), cache ? "good" : "5/2400");
    }
  }
}

TEST_P(WithFlags, IsDurableWithFuaAndWithoutAWriteCache) {
  TestDisk disk;
  EXPECT_TRUE(disk.send(transfer(write_, 0, 1), Octets(512)).ios.at(0).durable);
  disk.unit.write_cache = true;
  EXPECT_FALSE(disk.send(transfer(write_, 0, 1), Octets(512)).ios.at(0).durable);
  EXPECT_FALSE(disk.send(transfer(write_, 0, 1, 0x10), Octets(512)).ios.at(0).durable);
  EXPECT_TRUE(disk.send(transfer(write_, 0, 1, 0x08), Octets(512)).ios.at(0).durable);
}

TEST_P(WithFlags, FlushesBeforeAReadWithFua) {
  TestDisk disk;
  disk.unit.write_cache = true;
  const Outcome outcome = disk.run(transfer(read_, 2, 1, 0x08), 512);
  ASSERT_EQ(outcome.ios.size(), 2U);
  EXPECT_EQ(outcome.ios[0].kind, Io::Kind::flush);
  EXPECT_EQ(outcome.ios[1].kind, Io::Kind::read);
  EXPECT_EQ(outcome.data_in.size(), 512U);
  disk.io_result = -EIO;
  const Outcome failed = disk.run(transfer(read_, 2, 1, 0x08), 512);
  EXPECT_EQ(verdict(failed), "3/0C00");
  EXPECT_TRUE(failed.data_in.empty());
}

TEST(Write6, HasNoFlags) {
  TestDisk disk;
  disk.unit.write_cache = true;
  // Bits 3 and 4 of byte 1 belong to the LBA.
  EXPECT_EQ(verdict(disk.run({0x08, 0x08, 0, 0, 1}, 512)), "5/2100");
  EXPECT_FALSE(disk.send({0x0A, 0, 0, 0, 1}, Octets(512)).ios.at(0).durable);
}

// Residuals, as libiscsi's iSCSIResiduals suite asks for them: the residual is what the initiator expects
// less transfer_bytes.

TEST(Residuals, ReadTellsWhatTheCdbAsksFor) {
  TestDisk disk;
  disk.send(transfer(0x2A, 0, 2), pattern(1024));
  struct Case {
    std::uint32_t room;
    std::size_t bytes_read;
  };
  for (const Case& c : {Case{0, 0}, Case{200, 512}, Case{512, 512}, Case{1000, 1024}, Case{10000, 1024}}) {
    const Outcome outcome = disk.run(transfer(0x28, 0, 2), c.room);
    EXPECT_EQ(verdict(outcome), "good");
    EXPECT_EQ(outcome.data_in.size(), c.bytes_read) << c.room;
    EXPECT_EQ(outcome.transfer_bytes, 1024U);
  }
}

TEST(Residuals, ReadSentAsAWriteReadsNothing) {
  TestDisk disk;
  const Outcome outcome = disk.send(transfer(0x28, 0, 1), Octets(512));
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_TRUE(outcome.ios.empty());
  EXPECT_EQ(outcome.transfer_bytes, 512U);
}

TEST(Residuals, WriteTakesWholeBlocksOfTheShorterLength) {
  struct Case {
    std::uint32_t sent;
    std::uint32_t wanted;
  };
  for (const Case& c :
       {Case{0, 0}, Case{200, 0}, Case{512, 512}, Case{1000, 512}, Case{1024, 1024}, Case{10000, 1024}}) {
    TestDisk disk;
    const Octets data = pattern(c.sent);
    const Outcome outcome = disk.send(transfer(0x2A, 1, 2), data);
    EXPECT_EQ(verdict(outcome), "good");
    EXPECT_EQ(outcome.data_wanted, c.wanted);
    EXPECT_EQ(outcome.transfer_bytes, 1024U);
    Octets expected(data.begin(), data.begin() + c.wanted);
    expected.resize(3 * 512);
    EXPECT_EQ(disk.blocks(1, 3), expected);
  }
}

TEST(SynchronizeCache, FlushesTheRangeOrTheRest) {
  TestDisk disk(64);
  for (const std::uint8_t opcode : Octets{0x35, 0x91}) {
    Octets cdb = transfer(opcode, 4, 2);
    const Outcome part = disk.run(cdb);
    ASSERT_EQ(part.ios.size(), 1U);
    EXPECT_EQ(part.ios[0].kind, Io::Kind::flush);
    EXPECT_EQ(part.ios[0].offset, 4U * 512);
    EXPECT_EQ(part.ios[0].length, 2U * 512);
    EXPECT_EQ(disk.run(transfer(opcode, 4, 0)).ios.at(0).length, 60U * 512);
    EXPECT_EQ(verdict(disk.run(transfer(opcode, 60, 5))), "5/2100");
    cdb[1] = 0x02;  // IMMED
    EXPECT_EQ(disk.run(cdb).ios.size(), 1U);
  }
}

TEST(SynchronizeCache, FailsWhenTheFlushFails) {
  TestDisk disk;
  disk.io_result = -EIO;
  EXPECT_EQ(verdict(disk.run({0x35})), "3/0C00");
}

TEST(SynchronizeCache, WorksOnAProtectedUnit) {
  TestDisk disk;
  disk.write_protected = true;
  EXPECT_EQ(verdict(disk.run({0x35})), "good");
}

TEST(Transfer, HonoursTheBlockSize) {
  TestDisk disk;
  disk.unit.attributes.block_size = 4096;
  disk.unit.size_bytes = 8 * 4096;
  const Outcome outcome = disk.send(transfer(0x2A, 7, 1), pattern(4096));
  EXPECT_EQ(outcome.ios.at(0).offset, 7U * 4096);
  EXPECT_EQ(disk.run(transfer(0x28, 7, 1), 4096).data_in, pattern(4096));
  EXPECT_EQ(verdict(disk.run(transfer(0x28, 8, 1), 4096)), "5/2100");
}

}  // namespace
}  // namespace lunet::scsi
