// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

Outcome inquire(TestDisk& disk, std::uint8_t flags = 0, std::uint8_t page = 0, std::uint8_t length = 255) {
  return disk.run({0x12, flags, page, 0, length}, 1024);
}

TEST(Inquiry, PadsAndCutsTheNames) {
  TestDisk disk;
  disk.unit.identity.vendor = "V";
  disk.unit.identity.product = "A product of 21 chars";
  disk.unit.identity.revision = "12345";
  const Octets data = inquire(disk).data_in;
  EXPECT_EQ(as_text(data).substr(8, 28), "V       A product of 21 1234");
}

TEST(Inquiry, AnswersAnyAllocationLength) {
  TestDisk disk;
  const Octets whole = inquire(disk).data_in;
  ASSERT_EQ(whole.size(), 96U);
  EXPECT_EQ(whole[4], 96 - 5);
  for (std::uint8_t length = 0; length < 255; ++length) {
    const Outcome outcome = inquire(disk, 0, 0, length);
    EXPECT_EQ(outcome.data_in, Octets(whole.begin(), whole.begin() + std::min<int>(length, 96)));
    EXPECT_EQ(outcome.transfer_bytes, outcome.data_in.size());
  }
  EXPECT_EQ(disk.run({0x12, 0, 0, 1, 0}, 1024).data_in, whole);
}

TEST(Inquiry, SetsMultipWithSeveralLuns) {
  TestDisk disk;
  EXPECT_EQ(inquire(disk).data_in[6], 0x00);
  disk.unit.exports = 2;
  EXPECT_EQ(inquire(disk).data_in[6], 0x10);
}

TEST(Inquiry, RefusesAPageWithoutEvpdAndUnknownPages) {
  TestDisk disk;
  EXPECT_EQ(verdict(inquire(disk, 0, 1)), "5/2400");
  EXPECT_EQ(verdict(inquire(disk, 2, 0)), "5/2400");
  EXPECT_EQ(verdict(inquire(disk, 1, 0xC0)), "5/2400");
}

TEST(Inquiry, TellsThatNoUnitIsThere) {
  TestDisk disk;
  disk.mapped = false;
  const Octets data = inquire(disk).data_in;
  ASSERT_EQ(data.size(), 36U);
  EXPECT_EQ(data[0], 0x7F);
  EXPECT_EQ(data[4], 36 - 5);
  EXPECT_EQ(as_text(data).substr(8, 8), "LIO-ORG ");
  EXPECT_THAT(inquire(disk, 1, 0).data_in, ElementsAre(0x7F, 0, 0, 1, 0));
  EXPECT_EQ(verdict(inquire(disk, 1, 0x83)), "5/2400");
}

}  // namespace
}  // namespace lunet::scsi
