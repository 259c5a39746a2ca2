// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t compare_all = 0x02;
constexpr std::uint8_t compare_one = 0x06;

Octets block_command(std::uint8_t opcode, std::uint8_t lba, std::uint8_t count, std::uint8_t flags) {
  Octets cdb(16);
  cdb[0] = opcode;
  cdb[1] = flags;
  const int group = opcode >> 5;
  cdb[group == 4 ? 9 : 5] = lba;
  cdb[group == 4 ? 13 : group == 5 ? 9 : 8] = count;
  return cdb;
}

class Verify : public testing::TestWithParam<int> {
 protected:
  Octets verify(std::uint8_t lba, std::uint8_t count, std::uint8_t flags = 0) {
    return block_command(static_cast<std::uint8_t>(GetParam()), lba, count, flags);
  }
  Octets write_and_verify(std::uint8_t lba, std::uint8_t count, std::uint8_t flags = 0) {
    return block_command(static_cast<std::uint8_t>(GetParam() - 1), lba, count, flags);
  }
  TestDisk disk_;
};
INSTANTIATE_TEST_SUITE_P(EachSize, Verify, testing::Values(0x2F, 0xAF, 0x8F));

TEST_P(Verify, ReadsTheMediumAndAnswersNothing) {
  disk_.unit.size_bytes = 5000 * 512;
  const Outcome outcome = disk_.run(verify(1, 200), 4096);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_TRUE(outcome.data_in.empty());
  ASSERT_EQ(outcome.ios.size(), 1U);
  EXPECT_EQ(outcome.ios[0].length, 200 * 512U);
  disk_.io_result = -EIO;
  EXPECT_EQ(verdict(disk_.run(verify(1, 200))), "3/1100");
}

TEST_P(Verify, ReadsInPieces) {
  disk_.unit.size_bytes = 8192 * 512;
  Octets cdb = verify(0, 0);
  cdb[cdb[0] == 0x8F ? 12 : cdb[0] == 0xAF ? 8 : 7] = 0x20;  // 8192 blocks
  const Outcome outcome = disk_.run(cdb);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.ios.size(), 4U);
}

TEST_P(Verify, ComparesWithWhatIsSent) {
  const Octets data(1024, 0x42);
  ASSERT_EQ(verdict(disk_.send({0x2A, 0, 0, 0, 0, 4, 0, 0, 2, 0}, data)), "good");
  EXPECT_EQ(verdict(disk_.send(verify(4, 2, compare_all), data)), "good");
  Octets other = data;
  other[513] = 0;
  const Outcome outcome = disk_.send(verify(4, 2, compare_all), other);
  EXPECT_EQ(verdict(outcome), "E/1D00");
  EXPECT_EQ(outcome.sense->information, 513U);
}

TEST_P(Verify, ComparesEachBlockWithOne) {
  const Octets data(1024, 0x42);
  ASSERT_EQ(verdict(disk_.send({0x2A, 0, 0, 0, 0, 4, 0, 0, 2, 0}, data)), "good");
  const Outcome outcome = disk_.send(verify(4, 2, compare_one), Octets(512, 0x42));
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.transfer_bytes, 512U);
  EXPECT_EQ(verdict(disk_.send(verify(4, 3, compare_one), Octets(512, 0x42))), "E/1D00");
  EXPECT_EQ(verdict(disk_.send(verify(4, 2, compare_one), Octets(100))), "5/0E03");
}

TEST_P(Verify, RefusesWhatItCannotDo) {
  EXPECT_EQ(verdict(disk_.run(verify(64, 1))), "5/2100");
  EXPECT_EQ(verdict(disk_.run(verify(0, 1, 0x20))), "5/2400");
  EXPECT_EQ(verdict(disk_.run(verify(0, 1, 0x04))), "5/2400");
  EXPECT_EQ(verdict(disk_.run(verify(0, 1, 0x10))), "5/2400");
  disk_.unit.write_cache = true;
  EXPECT_EQ(verdict(disk_.run(verify(0, 1, 0x10))), "good");
}

TEST_P(Verify, WritesAndLooksWhetherItIsThere) {
  const Octets data(1024, 0x42);
  disk_.unit.write_cache = true;
  const Outcome outcome = disk_.send(write_and_verify(4, 2, compare_all), data);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(disk_.blocks(4, 2), data);
  ASSERT_EQ(outcome.ios.size(), 2U);
  EXPECT_TRUE(outcome.ios[0].durable);
  EXPECT_EQ(outcome.ios[1].kind, Io::Kind::read);
  EXPECT_EQ(verdict(disk_.send(write_and_verify(63, 2), Octets(1024))), "5/2100");
  disk_.write_protected = true;
  EXPECT_EQ(verdict(disk_.send(write_and_verify(4, 2), data)), "7/2700");
}

TEST_P(Verify, WritesTheWholeBlocksThatAreSent) {
  const Outcome outcome = disk_.send(write_and_verify(4, 2), Octets(600, 0x42));
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.transfer_bytes, 1024U);
  EXPECT_EQ(disk_.blocks(4, 1), Octets(512, 0x42));
  EXPECT_EQ(disk_.blocks(5, 1), Octets(512));
}

}  // namespace
}  // namespace lunet::scsi
