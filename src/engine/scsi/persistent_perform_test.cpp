// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "engine/scsi/nexus.h"
#include "engine/scsi/persistent_out.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

using Action = PersistentOut::Action;
using Kind = PersistentResult::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

/// Nexus by the letter of its initiator.
NexusId of(char initiator) {
  return {std::string(1, initiator), 1, "t", 1};
}

/// Each registrant's key is ten times its number: a 10, b 20, c 30.
class PersistentPerform : public testing::Test {
 protected:
  PersistentResult send(char from, Action action, std::uint64_t key, std::uint64_t new_key = 0,
                        ReservationType type = ReservationType::write_exclusive) {
    PersistentOut out;
    out.action = action;
    out.type = type;
    out.key = key;
    out.new_key = new_key;
    out.sender.nexus = of(from);
    return perform(out, state_);
  }
  void register_three() {
    for (const char one : {'a', 'b', 'c'}) {
      ASSERT_EQ(send(one, Action::register_key, 0, 10U * static_cast<unsigned>(one - 'a' + 1)).kind,
                Kind::good);
    }
  }
  void hold(char who, ReservationType type) {
    register_three();
    ASSERT_EQ(send(who, Action::reserve, 10U * static_cast<unsigned>(who - 'a' + 1), 0, type).kind,
              Kind::good);
  }
  static std::vector<std::string> told(const PersistentResult& result) {
    std::vector<std::string> texts;
    for (const Notice& notice : result.notices) {
      texts.push_back(notice.nexus.initiator + (notice.code == ua_reservations_preempted    ? " 2A/03"
                                                : notice.code == ua_reservations_released   ? " 2A/04"
                                                : notice.code == ua_registrations_preempted ? " 2A/05"
                                                                                            : " ?"));
    }
    return texts;
  }
  std::string registered() const {
    std::string names;
    for (const Registration& one : state_.registrations) names += one.nexus.initiator;
    return names;
  }
  ReservationState state_;
};

TEST_F(PersistentPerform, RegistersWithTheKeyThatWasGiven) {
  EXPECT_EQ(send('a', Action::register_key, 5, 10).kind, Kind::conflict);
  EXPECT_EQ(send('a', Action::register_key, 0, 10).kind, Kind::good);
  EXPECT_EQ(send('a', Action::register_key, 0, 11).kind, Kind::conflict);
  EXPECT_EQ(send('a', Action::register_key, 10, 11).kind, Kind::good);
  EXPECT_EQ(send('a', Action::register_and_ignore, 99, 12).kind, Kind::good);
  ASSERT_EQ(state_.registrations.size(), 1U);
  EXPECT_EQ(state_.registrations[0].key, 12U);
  EXPECT_EQ(state_.generation, 3U);
  EXPECT_EQ(send('a', Action::register_key, 12, 0).kind, Kind::good);
  EXPECT_EQ(registered(), "");
  EXPECT_EQ(state_.generation, 4U);
  EXPECT_EQ(send('a', Action::register_key, 0, 0).kind, Kind::good);
  EXPECT_EQ(state_.generation, 4U);
}

TEST_F(PersistentPerform, OnlyRegistrantsDoAnythingElse) {
  register_three();
  for (const Action action : {Action::reserve, Action::release, Action::clear, Action::preempt}) {
    EXPECT_EQ(send('x', action, 0, 10).kind, Kind::conflict);
    EXPECT_EQ(send('a', action, 11, 10).kind, Kind::conflict);
  }
}

TEST_F(PersistentPerform, ReservesOnceAndAgainForTheHolderOnly) {
  hold('a', ReservationType::write_exclusive);
  const auto generation = state_.generation;
  EXPECT_EQ(send('a', Action::reserve, 10).kind, Kind::good);
  EXPECT_EQ(send('a', Action::reserve, 10, 0, ReservationType::exclusive_access).kind, Kind::conflict);
  EXPECT_EQ(send('b', Action::reserve, 20).kind, Kind::conflict);
  EXPECT_EQ(state_.generation, generation);
}

TEST_F(PersistentPerform, ReleasesForTheHolderWithItsType) {
  hold('a', ReservationType::write_exclusive_registrants_only);
  EXPECT_EQ(send('b', Action::release, 20, 0, state_.reservation->type).kind, Kind::good);
  EXPECT_TRUE(state_.reservation);
  EXPECT_EQ(send('a', Action::release, 10).code, asc_invalid_release);
  const auto result = send('a', Action::release, 10, 0, state_.reservation->type);
  EXPECT_FALSE(state_.reservation);
  EXPECT_THAT(told(result), ElementsAre("b 2A/04", "c 2A/04"));
}

TEST_F(PersistentPerform, TellsNobodyWhenATypeWithOneHolderIsReleased) {
  hold('a', ReservationType::exclusive_access);
  EXPECT_THAT(told(send('a', Action::release, 10, 0, ReservationType::exclusive_access)), IsEmpty());
}

TEST_F(PersistentPerform, UnregisteringTheHolderReleases) {
  hold('a', ReservationType::exclusive_access_registrants_only);
  const auto result = send('a', Action::register_key, 10, 0);
  EXPECT_FALSE(state_.reservation);
  EXPECT_THAT(told(result), ElementsAre("b 2A/04", "c 2A/04"));
}

TEST_F(PersistentPerform, AllRegistrantsHoldUntilTheLastOneGoes) {
  hold('a', ReservationType::write_exclusive_all_registrants);
  EXPECT_TRUE(state_.holds(of('b')));
  send('a', Action::register_key, 10, 0);
  send('b', Action::register_key, 20, 0);
  EXPECT_TRUE(state_.holds(of('c')));
  EXPECT_EQ(state_.reservation->holder, of('c'));
  send('c', Action::register_key, 30, 0);
  EXPECT_FALSE(state_.reservation);
}

TEST_F(PersistentPerform, ClearsEverything) {
  hold('b', ReservationType::write_exclusive);
  EXPECT_THAT(told(send('a', Action::clear, 10)), ElementsAre("b 2A/03", "c 2A/03"));
  EXPECT_EQ(registered(), "");
  EXPECT_FALSE(state_.reservation);
}

TEST_F(PersistentPerform, PreemptTakesTheReservationOver) {
  hold('a', ReservationType::write_exclusive);
  const auto result = send('b', Action::preempt, 20, 10, ReservationType::exclusive_access);
  EXPECT_EQ(registered(), "bc");
  EXPECT_EQ(state_.reservation, (Reservation{ReservationType::exclusive_access, of('b')}));
  EXPECT_THAT(told(result), ElementsAre("a 2A/05"));
  EXPECT_THAT(result.preempted, IsEmpty());
}

TEST_F(PersistentPerform, PreemptOfAnotherKeyRemovesRegistrationsOnly) {
  hold('a', ReservationType::write_exclusive);
  EXPECT_THAT(told(send('b', Action::preempt, 20, 30)), ElementsAre("c 2A/05"));
  EXPECT_EQ(registered(), "ab");
  EXPECT_TRUE(state_.holds(of('a')));
  EXPECT_EQ(send('b', Action::preempt, 20, 99).kind, Kind::conflict);
  EXPECT_EQ(send('b', Action::preempt, 20, 0).code, asc_invalid_field_in_parameter_list);
}

TEST_F(PersistentPerform, PreemptTellsThoseWhoseTypeChanged) {
  hold('a', ReservationType::write_exclusive_registrants_only);
  EXPECT_THAT(told(send('b', Action::preempt, 20, 10, ReservationType::exclusive_access)),
              ElementsAre("a 2A/05", "c 2A/04"));
}

TEST_F(PersistentPerform, PreemptWithKeyZeroTakesOverFromAllRegistrants) {
  hold('a', ReservationType::write_exclusive_all_registrants);
  const auto result = send('b', Action::preempt, 20, 0, ReservationType::write_exclusive_all_registrants);
  EXPECT_EQ(registered(), "b");
  EXPECT_THAT(told(result), ElementsAre("a 2A/05", "c 2A/05"));
  EXPECT_EQ(state_.reservation->holder, of('b'));
}

TEST_F(PersistentPerform, PreemptAndAbortNamesWhoseCommandsEnd) {
  hold('a', ReservationType::write_exclusive);
  EXPECT_THAT(send('b', Action::preempt_and_abort, 20, 10).preempted, ElementsAre(of('a')));
}

TEST_F(PersistentPerform, MovesTheReservation) {
  hold('a', ReservationType::write_exclusive);
  PersistentOut out;
  out.action = Action::register_and_move;
  out.key = 10;
  out.new_key = 77;
  out.sender.nexus = of('a');
  out.unregister = true;
  out.target = Registration{of('d'), 0};
  PersistentOut from_other = out;
  from_other.key = 20;
  from_other.sender.nexus = of('b');
  EXPECT_EQ(perform(from_other, state_).kind, Kind::conflict);
  PersistentOut to_itself = out;
  to_itself.target->nexus = of('a');
  EXPECT_EQ(perform(to_itself, state_).code, asc_invalid_field_in_parameter_list);
  EXPECT_EQ(perform(out, state_).kind, Kind::good);
  EXPECT_EQ(registered(), "bcd");
  EXPECT_TRUE(state_.holds(of('d')));
  EXPECT_EQ(state_.find(of('d'))->key, 77U);
}

}  // namespace
}  // namespace lunet::scsi
