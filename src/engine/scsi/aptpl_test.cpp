// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/aptpl.h"

#include <gtest/gtest.h>

namespace lunet::scsi {
namespace {

ReservationState two_registrants() {
  ReservationState state;
  state.generation = 7;
  state.persists = true;
  state.registrations.push_back(
      {{"iqn.2026-11.com.example:a", 0x23D000000, "iqn.2026-11.com.example:t", 1}, 5, 1, 0, 3, false});
  state.registrations.push_back(
      {{"iqn.2026-11.com.example:b", 0, "iqn.2026-11.com.example:t", 2}, UINT64_MAX, 2, 9, 3, true});
  state.reservation =
      Reservation{ReservationType::exclusive_access_all_registrants, state.registrations[1].nexus};
  return state;
}

TEST(Aptpl, ReadsWhatItWrote) {
  const ReservationState state = two_registrants();
  EXPECT_EQ(parse_aptpl(aptpl_text(state)), state);
  ReservationState none;
  none.generation = 9;
  EXPECT_EQ(parse_aptpl(aptpl_text(none)), none);
}

TEST(Aptpl, KnowsATextThatWasCutOrChanged) {
  const std::string text = aptpl_text(two_registrants());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(parse_aptpl(std::string_view(text).substr(0, size)), std::nullopt) << size;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto state = parse_aptpl(changed);
    EXPECT_TRUE(!state || *state == two_registrants()) << at;
  }
}

TEST(Aptpl, ReadsTheFilesOfLio) {
  const std::string text =
      "PR_REG_START: 0\ninitiator_fabric=iSCSI\ninitiator_node=iqn.2026-11.com.example:A\n"
      "initiator_sid=00023d000001\nsa_res_key=1234\nres_holder=1\nres_type=05\nres_scope=00\nres_all_tg_pt="
      "0\n"
      "mapped_lun=2\ntarget_fabric=iSCSI\ntarget_node=iqn.2026-11.com.example:t\ntpgt=1\nport_rtpi=1\n"
      "target_lun=0\nPR_REG_END: 0\n";
  const auto state = parse_aptpl(text + '\0');
  ASSERT_TRUE(state);
  ASSERT_EQ(state->registrations.size(), 1U);
  EXPECT_EQ(state->registrations[0].nexus.initiator, "iqn.2026-11.com.example:a");
  EXPECT_EQ(state->registrations[0].nexus.isid, 0x00023D000001U);
  EXPECT_EQ(state->registrations[0].key, 1234U);
  EXPECT_EQ(state->registrations[0].lun, 2);
  EXPECT_EQ(state->reservation->type, ReservationType::write_exclusive_registrants_only);
  EXPECT_TRUE(parse_aptpl("No Registrations or Reservations\n")->registrations.empty());
}

TEST(Aptpl, RefusesWhatCannotBe) {
  EXPECT_EQ(parse_aptpl(""), std::nullopt);
  EXPECT_EQ(parse_aptpl("something else\n"), std::nullopt);
  EXPECT_EQ(parse_aptpl("PR_REG_START: 0\nsa_res_key=1\nPR_REG_END: 0\n"), std::nullopt);
  EXPECT_EQ(parse_aptpl("PR_REG_START: 0\ninitiator_node=a\ntarget_node=b\nsa_res_key=1\n"), std::nullopt);
}

TEST(Aptpl, TakesOneRegistrationInALine) {
  ReservationState state;
  EXPECT_TRUE(parse_registration(
      "initiator_node=iqn.x:a,sa_res_key=0x10,res_holder=1,res_type=1,target_node=iqn.x:t,tpgt=3", state));
  ASSERT_EQ(state.registrations.size(), 1U);
  EXPECT_EQ(state.registrations[0].key, 16U);
  EXPECT_EQ(state.registrations[0].nexus.portal_group, 3);
  EXPECT_TRUE(state.holds(state.registrations[0].nexus));
  EXPECT_FALSE(
      parse_registration("initiator_node=iqn.x:a,sa_res_key=0x10,target_node=iqn.x:t,tpgt=3", state));
  EXPECT_FALSE(parse_registration("initiator_node=iqn.x:c,target_node=iqn.x:t", state));
}

}  // namespace
}  // namespace lunet::scsi
