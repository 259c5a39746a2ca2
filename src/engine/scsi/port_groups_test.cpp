// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/port_groups.h"

#include <gtest/gtest.h>

#include "engine/scsi/unit.h"

namespace lunet::scsi {
namespace {

PortGroup group_with(std::uint16_t id) {
  PortGroup group;
  group.id = id;
  return group;
}

TEST(PortGroups, AreOneOptimizedGroupAtFirst) {
  const PortGroups groups;
  EXPECT_EQ(groups.groups().size(), 1U);
  EXPECT_EQ(groups.state_at(Port{}), AccessState::optimized);
}

TEST(PortGroups, GiveEachPortTheStateOfItsGroup) {
  PortGroups groups;
  groups.configure({group_with(0), group_with(7)});
  groups.set(7, AccessState::standby, AccessStatus::by_target);
  Port port;
  EXPECT_EQ(groups.state_at(port), AccessState::optimized);
  port.port_group = 7;
  EXPECT_EQ(groups.state_at(port), AccessState::standby);
  port.offline = true;
  EXPECT_EQ(groups.state_at(port), AccessState::offline);
}

TEST(PortGroups, KeepTheirStatesWhenTheyAreConfiguredAnew) {
  PortGroups groups;
  groups.configure({group_with(0), group_with(7)});
  groups.set(7, AccessState::standby, AccessStatus::by_command);
  PortGroup changed = group_with(7);
  changed.preferred = true;
  groups.configure({group_with(0), changed});
  EXPECT_EQ(groups.find(7)->state, AccessState::standby);
  EXPECT_EQ(groups.find(7)->status, AccessStatus::by_command);
  EXPECT_TRUE(groups.find(7)->preferred);
  groups.configure({group_with(0)});
  EXPECT_FALSE(groups.find(7));
}

TEST(PortGroups, HoldBackCommandsWhereNotOptimized) {
  PortGroups groups;
  EXPECT_EQ(groups.delay_ms(Port{}), 0U);
  groups.set(0, AccessState::nonoptimized, AccessStatus::by_target);
  EXPECT_EQ(groups.delay_ms(Port{}), 100U);
}

TEST(AccessError, IsTheSenseOfTheState) {
  EXPECT_EQ(access_error(AccessState::optimized, Reachable::active), 0);
  EXPECT_EQ(access_error(AccessState::nonoptimized, Reachable::active), 0);
  EXPECT_EQ(access_error(AccessState::standby, Reachable::active), 0x040B);
  EXPECT_EQ(access_error(AccessState::standby, Reachable::standby), 0);
  EXPECT_EQ(access_error(AccessState::unavailable, Reachable::standby), 0x040C);
  EXPECT_EQ(access_error(AccessState::unavailable, Reachable::unavailable), 0);
  EXPECT_EQ(access_error(AccessState::transitioning, Reachable::standby), 0x040A);
  EXPECT_EQ(access_error(AccessState::offline, Reachable::active), 0x0412);
}

}  // namespace
}  // namespace lunet::scsi
