// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

TEST(Sense, HasEighteenBytesInFixedFormat) {
  EXPECT_THAT(encode_sense({SenseKey::illegal_request, 0x2400}, false),
              ElementsAre(0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24, 0, 0, 0, 0, 0));
}

TEST(Sense, CarriesInformationWithTheValidBit) {
  const Octets data = encode_sense({SenseKey::miscompare, 0x1D00, 0x01020304}, false);
  EXPECT_EQ(data[0], 0xF0);
  EXPECT_THAT(Octets(data.begin() + 3, data.begin() + 7), ElementsAre(1, 2, 3, 4));
}

TEST(Sense, LeavesOutInformationThatDoesNotFit) {
  const Octets data = encode_sense({SenseKey::medium_error, 0x1100, 0x100000000}, false);
  EXPECT_EQ(data[0], 0x70);
  EXPECT_THAT(Octets(data.begin() + 3, data.begin() + 7), ElementsAre(0, 0, 0, 0));
}

TEST(Sense, PointsAtTheWrongByteOfTheCdb) {
  const Octets data = encode_sense({SenseKey::illegal_request, 0x2400, std::nullopt, 2}, false);
  EXPECT_THAT(Octets(data.begin() + 15, data.end()), ElementsAre(0xC0, 0, 2));
}

TEST(Sense, IsShortInDescriptorFormat) {
  EXPECT_THAT(encode_sense({SenseKey::data_protect, 0x2707}, true),
              ElementsAre(0x72, 0x07, 0x27, 0x07, 0, 0, 0, 0));
}

TEST(Sense, HasADescriptorForEachExtraInDescriptorFormat) {
  EXPECT_THAT(encode_sense({SenseKey::illegal_request, 0x2400, 0x100000000, 3}, true),
              ElementsAre(0x72, 0x05, 0x24, 0, 0, 0, 0, 20,           //
                          0x00, 10, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0,  //
                          0x02, 6, 0, 0, 0xC0, 0, 3, 0));
}

TEST(RequestSense, ReportsAndClearsOneAttention) {
  TestDisk disk;
  disk.nexus.raise(ua_power_on);
  disk.nexus.raise(ua_luns_changed);
  const Outcome first = disk.run({0x03, 0, 0, 0, 252}, 252);
  EXPECT_EQ(verdict(first), "good");
  EXPECT_EQ(first.data_in, encode_sense({SenseKey::unit_attention, ua_power_on}, false));
  EXPECT_EQ(first.transfer_bytes, 18U);
  EXPECT_EQ(disk.run({0x03, 0, 0, 0, 252}, 252).data_in[12], 0x3F);
  EXPECT_EQ(disk.run({0x03, 0, 0, 0, 252}, 252).data_in, encode_sense({}, false));
}

TEST(RequestSense, AnswersInDescriptorFormatWhenAsked) {
  TestDisk disk;
  disk.nexus.raise(ua_capacity_changed);
  EXPECT_THAT(disk.run({0x03, 1, 0, 0, 252}, 252).data_in, ElementsAre(0x72, 0x06, 0x2A, 0x09, 0, 0, 0, 0));
}

TEST(RequestSense, CutsToTheAllocationLength) {
  TestDisk disk;
  const Outcome outcome = disk.run({0x03, 0, 0, 0, 4}, 252);
  EXPECT_EQ(outcome.data_in.size(), 4U);
  EXPECT_EQ(outcome.transfer_bytes, 4U);
  EXPECT_TRUE(disk.run({0x03, 0, 0, 0, 0}, 252).data_in.empty());
}

TEST(RequestSense, TellsThatThereIsNoUnit) {
  TestDisk disk;
  disk.mapped = false;
  const Outcome outcome = disk.run({0x03, 0, 0, 0, 252}, 252);
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.data_in, encode_sense({SenseKey::illegal_request, 0x2500}, false));
}

}  // namespace
}  // namespace lunet::scsi
