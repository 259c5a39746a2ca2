// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/drain.h"

#include <gtest/gtest.h>

#include <thread>

namespace lunet::dataplane {

TEST(Drain, IsDoneWhenNobodyHoldsIt) {
  const auto drain = Drain::make();
  EXPECT_TRUE(drain->done());
  EXPECT_TRUE(drain->wait(0));
}

TEST(Drain, IsNotDoneAsLongAsOneCopyOfAHoldIsThere) {
  const auto drain = Drain::make();
  auto first = drain->hold({"core/rd_mcp_0/d", "iqn.x:i"});
  auto copy = first;
  first.reset();
  EXPECT_FALSE(drain->wait(1));
  ASSERT_EQ(drain->uses().size(), 1U);
  EXPECT_EQ(drain->uses()[0].disk, "core/rd_mcp_0/d");
  copy.reset();
  EXPECT_TRUE(drain->wait(0));
}

TEST(Drain, WakesItsWaiterFromAnotherThread) {
  const auto drain = Drain::make();
  auto hold = drain->hold({});
  std::thread other([&hold] { hold.reset(); });
  EXPECT_TRUE(drain->wait(60000));
  other.join();
}

TEST(Drain, LivesAsLongAsItsHolds) {
  auto drain = Drain::make();
  const auto hold = drain->hold({});
  drain.reset();
}

}  // namespace lunet::dataplane
