// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/block_range.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

Octets unmap_list(const std::vector<BlockRange>& ranges) {
  Octets list(8 + ranges.size() * 16);
  store_be16(&list[0], static_cast<std::uint16_t>(list.size() - 2));
  store_be16(&list[2], static_cast<std::uint16_t>(list.size() - 8));
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    store_be64(&list[8 + i * 16], ranges[i].lba);
    store_be32(&list[16 + i * 16], static_cast<std::uint32_t>(ranges[i].count));
  }
  return list;
}

Outcome unmap(TestDisk& disk, const Octets& list) {
  Octets cdb{0x42, 0, 0, 0, 0, 0, 0, 0, 0};
  store_be16(&cdb[7], static_cast<std::uint16_t>(list.size()));
  return disk.send(cdb, list);
}

auto io(Io::Kind kind, std::uint64_t lba, std::uint64_t count) {
  return AllOf(Field(&Io::kind, kind), Field(&Io::offset, lba * 512), Field(&Io::length, count * 512));
}

class Unmap : public testing::Test {
 protected:
  Unmap() {
    disk_.unit.attributes.emulate_tpu = true;
    disk_.unit.attributes.max_unmap_block_desc_count = 4;
    disk_.unit.attributes.max_unmap_lba_count = 32;
    disk_.send({0x2A, 0, 0, 0, 0, 0, 0, 0, 64}, Octets(64 * 512, 0xAA));
  }
  TestDisk disk_;
};

TEST_F(Unmap, UnmapsEachRangeInTurn) {
  const Outcome outcome = unmap(disk_, unmap_list({{1, 2}, {5, 0}, {60, 4}}));
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.transfer_bytes, 8U + 3 * 16);
  EXPECT_THAT(outcome.ios, ElementsAre(io(Io::Kind::unmap, 1, 2), io(Io::Kind::unmap, 60, 4)));
  EXPECT_TRUE(outcome.ios[0].durable);
  EXPECT_EQ(disk_.blocks(1, 2), Octets(2 * 512));
  EXPECT_EQ(disk_.blocks(3, 57), Octets(57 * 512, 0xAA));
}

TEST_F(Unmap, NeedNotBeDurableWithAWriteCache) {
  disk_.unit.write_cache = true;
  EXPECT_FALSE(unmap(disk_, unmap_list({{0, 1}})).ios.at(0).durable);
}

TEST_F(Unmap, DoesNothingForEmptyLists) {
  EXPECT_EQ(verdict(unmap(disk_, {})), "good");
  EXPECT_EQ(verdict(unmap(disk_, unmap_list({}))), "good");
  const Outcome outcome = unmap(disk_, unmap_list({{0, 0}, {64, 0}}));
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_TRUE(outcome.ios.empty());
}

TEST_F(Unmap, ChecksAllRangesBeforeTheFirst) {
  for (const auto& wrong : {BlockRange{63, 2}, BlockRange{65, 0}, BlockRange{~0ULL, 1}}) {
    const Outcome outcome = unmap(disk_, unmap_list({{0, 1}, wrong}));
    EXPECT_EQ(verdict(outcome), "5/2100");
    EXPECT_TRUE(outcome.ios.empty());
  }
}

TEST_F(Unmap, KeepsTheLimitsOfTheBlockLimitsPage) {
  EXPECT_EQ(verdict(unmap(disk_, unmap_list({{0, 32}}))), "good");
  EXPECT_EQ(verdict(unmap(disk_, unmap_list({{0, 33}}))), "5/2600");
  EXPECT_EQ(verdict(unmap(disk_, unmap_list({{0, 16}, {32, 17}}))), "5/2600");
  EXPECT_EQ(verdict(unmap(disk_, unmap_list({{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}}))), "5/2600");
}

TEST_F(Unmap, EndsAtTheFirstFailure) {
  disk_.io_result = -EIO;
  disk_.fail_at = 1;
  const Outcome outcome = unmap(disk_, unmap_list({{0, 1}, {2, 1}, {4, 1}}));
  EXPECT_EQ(verdict(outcome), "3/0C00");
  EXPECT_EQ(outcome.ios.size(), 2U);
}

TEST_F(Unmap, RefusesAnchorAndShortLists) {
  EXPECT_EQ(verdict(disk_.send({0x42, 1, 0, 0, 0, 0, 0, 0, 24}, unmap_list({{0, 1}}))), "5/2400");
  EXPECT_EQ(verdict(unmap(disk_, Octets(7))), "5/1A00");
  EXPECT_EQ(verdict(disk_.send({0x42, 0, 0, 0, 0, 0, 0, 0, 24}, Octets(4))), "5/1A00");
}

TEST_F(Unmap, TakesTheDescriptorsThatArrived) {
  Octets list = unmap_list({{0, 1}, {2, 1}});
  list.resize(8 + 16 + 15);
  EXPECT_THAT(unmap(disk_, list).ios, ElementsAre(io(Io::Kind::unmap, 0, 1)));
  store_be16(&list[2], 0xFFFF);
  EXPECT_THAT(unmap(disk_, list).ios, ElementsAre(io(Io::Kind::unmap, 0, 1)));
  store_be16(&list[2], 15);
  EXPECT_TRUE(unmap(disk_, list).ios.empty());
}

TEST_F(Unmap, IsAttributeEmulateTpu) {
  disk_.unit.attributes.emulate_tpu = false;
  EXPECT_EQ(verdict(unmap(disk_, unmap_list({{0, 1}}))), "5/2000");
}

class WriteSame : public testing::TestWithParam<int> {
 protected:
  Outcome write_same(std::uint64_t lba, std::uint32_t count, std::uint8_t flags = 0,
                     const Octets& data = Octets(512, 0x5A)) {
    Octets cdb(16);
    cdb[0] = static_cast<std::uint8_t>(GetParam());
    cdb[1] = flags;
    if (cdb[0] == 0x41) {
      store_be32(&cdb[2], static_cast<std::uint32_t>(lba));
      store_be16(&cdb[7], static_cast<std::uint16_t>(count));
    } else {
      store_be64(&cdb[2], lba);
      store_be32(&cdb[10], count);
    }
    return disk_.send(cdb, data);
  }
  TestDisk disk_;
};
INSTANTIATE_TEST_SUITE_P(Provisioning, WriteSame, testing::Values(0x41, 0x93));

TEST_P(WriteSame, RepeatsTheBlock) {
  const Outcome outcome = write_same(2, 3);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.transfer_bytes, 512U);
  EXPECT_THAT(outcome.ios, ElementsAre(io(Io::Kind::fill, 2, 3)));
  EXPECT_TRUE(outcome.ios[0].durable);
  EXPECT_EQ(disk_.blocks(2, 3), Octets(3 * 512, 0x5A));
  EXPECT_EQ(disk_.blocks(5, 1), Octets(512));
}

TEST_P(WriteSame, RefusesZeroBlocksAndTheEndOfTheDisk) {
  EXPECT_EQ(verdict(write_same(0, 0)), "5/2400");
  EXPECT_EQ(verdict(write_same(65, 0)), "5/2100");
  EXPECT_EQ(verdict(write_same(63, 1)), "good");
  EXPECT_EQ(verdict(write_same(63, 2)), "5/2100");
}

TEST_P(WriteSame, KeepsTheLimitOfTheBlockLimitsPage) {
  disk_.unit.attributes.max_write_same_len = 8;
  EXPECT_EQ(verdict(write_same(0, 8)), "good");
  EXPECT_EQ(verdict(write_same(0, 9)), "5/2400");
  disk_.unit.attributes.max_write_same_len = 0;
  EXPECT_EQ(verdict(write_same(0, 64)), "good");
}

TEST_P(WriteSame, RefusesFlagsItDoesNotHave) {
  disk_.unit.attributes.emulate_tpws = true;
  for (const std::uint8_t flags : Octets{0x20, 0xE0, 0x10, 0x18, 0x04, 0x02, 0x01}) {
    EXPECT_EQ(verdict(write_same(0, 1, flags)), "5/2400") << int{flags};
  }
}

TEST_P(WriteSame, RefusesDataThatAreNotOneBlock) {
  for (const std::size_t bytes : {0U, 256U, 1024U}) {
    const Outcome outcome = write_same(0, 1, 0, Octets(bytes));
    EXPECT_EQ(verdict(outcome), "5/0E03");
    EXPECT_TRUE(outcome.ios.empty());
  }
}

TEST_P(WriteSame, UnmapsWithAttributeEmulateTpws) {
  EXPECT_EQ(verdict(write_same(0, 1, 0x08)), "5/2400");
  disk_.unit.attributes.emulate_tpws = true;
  write_same(0, 64);
  const Outcome outcome = write_same(1, 2, 0x08);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_THAT(outcome.ios, ElementsAre(io(Io::Kind::unmap, 1, 2)));
  EXPECT_EQ(disk_.blocks(1, 2), Octets(2 * 512));
}

TEST_P(WriteSame, TellsThatSpaceRanOut) {
  disk_.io_result = -ENOSPC;
  EXPECT_EQ(verdict(write_same(0, 1)), "7/2707");
}

}  // namespace
}  // namespace lunet::scsi
