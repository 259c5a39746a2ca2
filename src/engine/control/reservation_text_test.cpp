// SPDX-License-Identifier: Apache-2.0
#include "engine/control/reservation_text.h"

#include <gmock/gmock.h>

namespace lunet::control {

namespace {

scsi::ReservationState held() {
  scsi::ReservationState state;
  state.generation = 3;
  state.registrations.push_back({{"iqn.x:a", 0x23D000001, "iqn.x:t", 1}, 0xABC, 2, 0, 4, false});
  state.reservation =
      scsi::Reservation{scsi::ReservationType::exclusive_access, state.registrations[0].nexus};
  return state;
}

}  // namespace

TEST(ReservationText, ShowsTheHolder) {
  scsi::Reservations reservations;
  reservations.replace(held());
  EXPECT_EQ(reservation_file(reservations, "pr/res_holder"),
            "SPC-3 Reservation: iSCSI Initiator: iqn.x:a,i,0x00023d000001\n");
  EXPECT_EQ(reservation_file(reservations, "pr/res_pr_type"), "SPC-3 Reservation Type: Exclusive Access\n");
  EXPECT_EQ(reservation_file(reservations, "pr/res_pr_generation"), "0x00000003\n");
  EXPECT_EQ(reservation_file(reservations, "pr/res_pr_all_tgt_pts"),
            "SPC-3 Reservation: Single Target Port registration\n");
  EXPECT_THAT(*reservation_file(reservations, "pr/res_pr_holder_tg_port"),
              testing::HasSubstr("Relative Port Identifier Tag: 2 iSCSI Portal Group Tag: 1"));
  EXPECT_THAT(*reservation_file(reservations, "pr/res_pr_registered_i_pts"),
              testing::HasSubstr("Key: 0x0000000000000abc"));
}

TEST(ReservationText, LeavesTheWordsForNothingToTheModel) {
  const scsi::Reservations reservations;
  EXPECT_EQ(reservation_file(reservations, "pr/res_holder"), std::nullopt);
  EXPECT_EQ(reservation_file(reservations, "info"), std::nullopt);
  EXPECT_EQ(reservation_file(reservations, "pr/res_pr_registered_i_pts"), "SPC-3 PR Registrations:\nNone\n");
}

TEST(ReservationText, ShowsAReservationOfReserve) {
  scsi::Reservations reservations;
  ASSERT_TRUE(reservations.reserve({"iqn.x:a", 1, "iqn.x:t", 1}));
  EXPECT_EQ(reservation_file(reservations, "pr/res_type"), "SPC2_RESERVATIONS\n");
  EXPECT_EQ(reservation_file(reservations, "pr/res_holder"), "SPC-2 Reservation: iSCSI Initiator: iqn.x:a\n");
}

TEST(ReservationText, TakesARegistrationOfAnEarlierLife) {
  scsi::Reservations reservations;
  EXPECT_TRUE(
      add_registration("d", "initiator_node=iqn.x:a,sa_res_key=5,target_node=iqn.x:t,tpgt=1", reservations));
  EXPECT_EQ(reservations.state().registrations.size(), 1U);
  const auto twice =
      add_registration("d", "initiator_node=iqn.x:a,sa_res_key=5,target_node=iqn.x:t,tpgt=1", reservations);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().errnum, EINVAL);
}

TEST(PortGroupFile, HasTheStateOfNow) {
  scsi::PortGroup group;
  group.state = scsi::AccessState::offline;
  group.status = scsi::AccessStatus::by_command;
  EXPECT_EQ(port_group_file(group, "alua_access_state"), "14\n");
  EXPECT_EQ(port_group_file(group, "alua_access_status"), "Altered by Explicit STPG\n");
  EXPECT_EQ(port_group_file(group, "preferred"), std::nullopt);
  EXPECT_EQ(access_status_of("Altered by Explicit STPG"), scsi::AccessStatus::by_command);
  EXPECT_EQ(access_status_of("2"), scsi::AccessStatus::by_target);
  EXPECT_EQ(access_status_of("None"), scsi::AccessStatus::none);
}

}  // namespace lunet::control
