// SPDX-License-Identifier: Apache-2.0
#include "target/phases.h"

#include <gtest/gtest.h>

#include <array>

namespace lunet::target {

using config::ObjectClass;

TEST(Phases, WhatStandsOnSomethingGoesBeforeItAndComesAfterIt) {
  constexpr std::array bottom_up{ObjectClass::disk, ObjectClass::target, ObjectClass::tpgt,
                                 ObjectClass::lun,  ObjectClass::acl,    ObjectClass::mapped_lun};
  for (std::size_t i = 1; i < bottom_up.size(); ++i) {
    EXPECT_LT(making_phase(bottom_up[i - 1]), making_phase(bottom_up[i]));
    if (bottom_up[i] == ObjectClass::acl) continue;  // an ACL and a LUN do not stand on each other
    EXPECT_GT(removal_phase(bottom_up[i - 1], false), removal_phase(bottom_up[i], false));
  }
}

TEST(Phases, EverythingIsRemovedBeforeAnythingIsMadeButDisks) {
  EXPECT_LT(removal_phase(ObjectClass::target, false), making_phase(ObjectClass::disk));
  EXPECT_LT(removal_phase(ObjectClass::disk, true), making_phase(ObjectClass::disk));
  EXPECT_GT(removal_phase(ObjectClass::disk, false), Phase::open_tpg);
}

}  // namespace lunet::target
