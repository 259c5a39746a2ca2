// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/reservation_state.h"

#include <gtest/gtest.h>

namespace lunet::scsi {
namespace {

const NexusId rs_holder{"holder", 1, "t", 1};
const NexusId rs_registrant{"registrant", 1, "t", 1};
const NexusId rs_stranger{"stranger", 1, "t", 1};

struct Expected {
  ReservationType type;
  bool registrant_reads, registrant_writes, stranger_reads;  // without conflict; a stranger never writes
};

TEST(ReservationState, KeepsOutWhomTheTypeKeepsOut) {
  using enum ReservationType;
  const Expected table[] = {
      {write_exclusive, true, false, true},
      {exclusive_access, false, false, false},
      {write_exclusive_registrants_only, true, true, true},
      {exclusive_access_registrants_only, true, true, false},
      {write_exclusive_all_registrants, true, true, true},
      {exclusive_access_all_registrants, true, true, false},
  };
  for (const Expected& row : table) {
    SCOPED_TRACE(static_cast<int>(row.type));
    ReservationState state;
    state.registrations.push_back({rs_holder, 1});
    state.registrations.push_back({rs_registrant, 2});
    state.reservation = Reservation{row.type, rs_holder};
    EXPECT_FALSE(state.conflicts(rs_holder, true));
    EXPECT_FALSE(state.conflicts(rs_holder, false));
    EXPECT_EQ(state.conflicts(rs_registrant, false), !row.registrant_reads);
    EXPECT_EQ(state.conflicts(rs_registrant, true), !row.registrant_writes);
    EXPECT_EQ(state.conflicts(rs_stranger, false), !row.stranger_reads);
    EXPECT_TRUE(state.conflicts(rs_stranger, true));
  }
}

TEST(ReservationState, KnowsTheTypesThatThereAre) {
  for (int code = 0; code < 16; ++code) {
    const bool known = code == 1 || code == 3 || (code >= 5 && code <= 8);
    EXPECT_EQ(reservation_type(static_cast<std::uint8_t>(code)).has_value(), known) << code;
  }
}

TEST(ReservationState, KeepsNobodyOutWithoutAReservation) {
  ReservationState state;
  state.registrations.push_back({rs_holder, 1});
  EXPECT_FALSE(state.conflicts(rs_stranger, true));
}

}  // namespace
}  // namespace lunet::scsi
