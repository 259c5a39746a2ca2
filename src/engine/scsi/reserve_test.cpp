// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

class Reserve : public testing::TestWithParam<int> {
 protected:
  std::string reserve() { return verdict(disk_.run({static_cast<std::uint8_t>(GetParam()), 0})); }
  std::string release() { return verdict(disk_.run({static_cast<std::uint8_t>(GetParam() + 1), 0})); }
  void be(const std::string& initiator) { disk_.nexus = Nexus({initiator, 1, disk_.port.target_name, 1}); }
  TestDisk disk_;
};
INSTANTIATE_TEST_SUITE_P(EachSize, Reserve, testing::Values(0x16, 0x56));

TEST_P(Reserve, KeepsTheOthersOutUntilReleased) {
  be("a");
  EXPECT_EQ(reserve(), "good");
  EXPECT_EQ(reserve(), "good");
  be("b");
  EXPECT_EQ(reserve(), "conflict");
  EXPECT_EQ(verdict(disk_.run({0x00})), "conflict");
  EXPECT_EQ(verdict(disk_.run({0x12, 0, 0, 0, 96, 0}, 96)), "good");
  EXPECT_EQ(release(), "good");
  EXPECT_EQ(verdict(disk_.run({0x00})), "conflict");
  be("a");
  EXPECT_EQ(verdict(disk_.run({0x00})), "good");
  EXPECT_EQ(release(), "good");
  be("b");
  EXPECT_EQ(verdict(disk_.run({0x00})), "good");
}

TEST_P(Reserve, DoesNothingForThoseWhoHaveAccessByRegistration) {
  be("a");
  ReservationState state;
  state.registrations.push_back({disk_.nexus.id(), 5});
  disk_.shared->reservations.replace(state);
  EXPECT_EQ(reserve(), "conflict");
  state.reservation = Reservation{ReservationType::write_exclusive, disk_.nexus.id()};
  disk_.shared->reservations.replace(state);
  EXPECT_EQ(reserve(), "good");
  EXPECT_EQ(release(), "good");
  EXPECT_EQ(disk_.shared->reservations.reserved_by(), std::nullopt);
  be("b");
  EXPECT_EQ(reserve(), "conflict");
}

TEST_P(Reserve, KnowsNoThirdParties) {
  EXPECT_EQ(verdict(disk_.run({static_cast<std::uint8_t>(GetParam()), 0x10})), "5/2400");
}

}  // namespace
}  // namespace lunet::scsi
