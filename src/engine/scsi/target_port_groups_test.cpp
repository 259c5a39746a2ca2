// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

class TargetPortGroups : public testing::Test {
 protected:
  void SetUp() override {
    PortGroup first;
    first.ports = {1};
    PortGroup second;
    second.id = 7;
    second.ports = {2, 3};
    second.preferred = true;
    second.transition_delay_ms = 40;
    second.implicit_transition_s = 9;
    disk_.shared->port_groups.configure({first, second});
  }
  Outcome set(const Octets& descriptors) {
    Octets list(4);
    list.insert(list.end(), descriptors.begin(), descriptors.end());
    Octets cdb{0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(list.size()), 0, 0};
    return disk_.send(cdb, list);
  }
  AccessState state(std::uint16_t group) const { return disk_.shared->port_groups.find(group)->state; }
  TestDisk disk_;
};

TEST_F(TargetPortGroups, AreReported) {
  EXPECT_EQ(disk_.run({0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0}, 255).data_in,
            (Octets{0,    0,    0, 28, 0x00, 0xCF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,  //
                    0x80, 0xCF, 0, 7,  0,    0,    0, 2, 0, 0, 0, 2, 0, 0, 0, 3}));
  EXPECT_EQ(disk_.run({0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0}, 255).data_in.size(), 6U);
  disk_.port.port_group = 7;
  const Octets extended = disk_.run({0xA3, 0x2A, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0}, 255).data_in;
  EXPECT_EQ(extended.size(), 36U);
  EXPECT_EQ(extended[4], 0x10);
  EXPECT_EQ(extended[5], 9);
}

TEST_F(TargetPortGroups, AreSetThroughATransitionThatTheOthersSee) {
  const Outcome outcome = set({0x02, 0, 0, 7});
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(state(7), AccessState::standby);
  EXPECT_EQ(disk_.shared->port_groups.find(7)->status, AccessStatus::by_command);
  ASSERT_EQ(outcome.effects.size(), 2U);
  EXPECT_EQ(outcome.effects[0].to_others, ua_access_state_changed);
  EXPECT_EQ(outcome.effects[0].delay_ms, 40U);
  EXPECT_EQ(outcome.effects[1].to_others, ua_access_state_changed);
}

TEST_F(TargetPortGroups, AreSetTogetherOrNotAtAll) {
  EXPECT_EQ(verdict(set({0x02, 0, 0, 7, 0x01, 0, 0, 0})), "good");
  EXPECT_EQ(state(0), AccessState::nonoptimized);
  for (const Octets& wrong : {Octets{0x0F, 0, 0, 7}, Octets{0x0E, 0, 0, 7}, Octets{0x04, 0, 0, 7},
                              Octets{0x00, 0, 0, 8}, Octets{0x00, 0, 0, 7, 0x0F, 0, 0, 0}}) {
    EXPECT_EQ(verdict(set(wrong)), "5/2600");
  }
  EXPECT_EQ(state(7), AccessState::standby);
}

TEST_F(TargetPortGroups, AreSetOnlyWhereTheTargetAllowsIt) {
  PortGroup implicit;
  implicit.by_command = false;
  disk_.shared->port_groups.configure({implicit});
  EXPECT_EQ(verdict(set({0x02, 0, 0, 0})), "5/2000");
  EXPECT_EQ(disk_.run({0x12, 0, 0, 0, 96, 0}, 96).data_in.at(5) & 0x30, 0x10);
}

TEST_F(TargetPortGroups, KeepCommandsOutOfWhatIsNotActive) {
  disk_.shared->port_groups.set(0, AccessState::standby, AccessStatus::by_target);
  EXPECT_EQ(verdict(disk_.run({0x00})), "2/040B");
  EXPECT_EQ(verdict(disk_.run({0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 512)), "2/040B");
  EXPECT_EQ(verdict(disk_.run({0x12, 0, 0, 0, 96, 0}, 96)), "good");
  EXPECT_EQ(verdict(disk_.run({0x25}, 8)), "good");
  EXPECT_EQ(verdict(disk_.run({0x5E, 0, 0, 0, 0, 0, 0, 0, 255, 0}, 255)), "good");
  disk_.shared->port_groups.set(0, AccessState::unavailable, AccessStatus::by_target);
  EXPECT_EQ(verdict(disk_.run({0x25}, 8)), "2/040C");
  EXPECT_EQ(verdict(disk_.run({0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0}, 255)), "good");
  EXPECT_EQ(verdict(set({0x00, 0, 0, 0})), "good");
  EXPECT_EQ(verdict(disk_.run({0x00})), "good");
}

}  // namespace
}  // namespace lunet::scsi
