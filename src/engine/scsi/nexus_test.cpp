// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/nexus.h"

#include <gtest/gtest.h>

namespace lunet::scsi {
namespace {

TEST(Nexus, HasNothingPendingAtFirst) {
  Nexus nexus;
  EXPECT_FALSE(nexus.pending());
  EXPECT_EQ(nexus.take(), std::nullopt);
}

TEST(Nexus, GivesAttentionsOneByOneInOrder) {
  Nexus nexus;
  nexus.raise(ua_luns_changed);
  nexus.raise(ua_capacity_changed);
  EXPECT_EQ(nexus.take(), ua_luns_changed);
  EXPECT_TRUE(nexus.pending());
  EXPECT_EQ(nexus.take(), ua_capacity_changed);
  EXPECT_FALSE(nexus.pending());
}

TEST(Nexus, MergesDuplicates) {
  Nexus nexus;
  nexus.raise(ua_capacity_changed);
  nexus.raise(ua_capacity_changed);
  nexus.take();
  EXPECT_FALSE(nexus.pending());
}

TEST(Nexus, PutsResetsBeforeEverythingElse) {
  Nexus nexus;
  nexus.raise(ua_capacity_changed);
  nexus.raise(ua_power_on);
  nexus.raise(ua_luns_changed);
  nexus.raise(ua_device_reset);
  EXPECT_EQ(nexus.take(), ua_power_on);
  EXPECT_EQ(nexus.take(), ua_device_reset);
  EXPECT_EQ(nexus.take(), ua_capacity_changed);
  EXPECT_EQ(nexus.take(), ua_luns_changed);
}

TEST(Nexus, ShowsTheNextOneWithoutTakingIt) {
  Nexus nexus;
  nexus.raise(ua_nexus_loss);
  EXPECT_EQ(nexus.next(), ua_nexus_loss);
  EXPECT_EQ(nexus.next(), ua_nexus_loss);
  EXPECT_EQ(nexus.take(), ua_nexus_loss);
}

}  // namespace
}  // namespace lunet::scsi
