// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/reservations.h"

#include <gtest/gtest.h>

namespace lunet::scsi {
namespace {

const NexusId r_owner{"a", 1, "t", 1};
const NexusId r_other{"b", 1, "t", 1};

TEST(Reservations, AreNoObstacleAtFirst) {
  const Reservations reservations;
  EXPECT_FALSE(reservations.conflicts(r_other, Access::by_transfer, true));
}

TEST(Reservations, OfReserveKeepAllOthersOut) {
  Reservations reservations;
  EXPECT_TRUE(reservations.reserve(r_owner));
  EXPECT_TRUE(reservations.reserve(r_owner));
  EXPECT_FALSE(reservations.reserve(r_other));
  EXPECT_FALSE(reservations.conflicts(r_owner, Access::by_transfer, true));
  EXPECT_TRUE(reservations.conflicts(r_other, Access::by_transfer, false));
  EXPECT_TRUE(reservations.conflicts(r_other, Access::inform, false));
  EXPECT_FALSE(reservations.conflicts(r_other, Access::identify, false));
}

TEST(Reservations, OfReserveEndByReleaseOfTheOwnerOrReset) {
  Reservations reservations;
  ASSERT_TRUE(reservations.reserve(r_owner));
  reservations.release(r_other);
  EXPECT_EQ(reservations.reserved_by(), r_owner);
  reservations.release(r_owner);
  EXPECT_EQ(reservations.reserved_by(), std::nullopt);
  ASSERT_TRUE(reservations.reserve(r_other));
  reservations.reset();
  EXPECT_FALSE(reservations.conflicts(r_owner, Access::by_transfer, true));
}

TEST(Reservations, PersistentOnesLetInformationThrough) {
  Reservations reservations;
  ReservationState state;
  state.registrations.push_back({r_owner, 1});
  state.reservation = Reservation{ReservationType::write_exclusive, r_owner};
  reservations.replace(state);
  EXPECT_EQ(reservations.state(), state);
  EXPECT_FALSE(reservations.conflicts(r_other, Access::inform, false));
  EXPECT_FALSE(reservations.conflicts(r_other, Access::by_transfer, false));
  EXPECT_TRUE(reservations.conflicts(r_other, Access::by_transfer, true));
  EXPECT_TRUE(reservations.conflicts(r_other, Access::change, false));
  reservations.reset();
  EXPECT_TRUE(reservations.conflicts(r_other, Access::change, false));
}

TEST(Reservations, ThatNobodyKnowsKeepEverybodyOut) {
  Reservations reservations;
  reservations.lock_out();
  EXPECT_TRUE(reservations.locked_out());
  EXPECT_TRUE(reservations.conflicts(r_owner, Access::by_transfer, false));
  EXPECT_TRUE(reservations.conflicts(r_owner, Access::change, false));
  EXPECT_FALSE(reservations.conflicts(r_owner, Access::inform, false));
  reservations.reset();
  EXPECT_TRUE(reservations.conflicts(r_owner, Access::by_transfer, false));
  reservations.replace({});
  EXPECT_FALSE(reservations.conflicts(r_owner, Access::by_transfer, false));
}

}  // namespace
}  // namespace lunet::scsi
