// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/range_locks.h"

#include <gmock/gmock.h>

#include <atomic>
#include <deque>
#include <thread>

namespace lunet::dataplane {

namespace {

struct RangeHolderStub final : RangeLocks::Holder {
  RangeHolderStub(std::uint64_t from, std::uint64_t bytes, bool alone) {
    offset = from;
    length = bytes;
    exclusive = alone;
  }
  void granted() override { has = true; }
  std::atomic<bool> has = false;
};

class RangeLocksTest : public testing::Test {
 protected:
  RangeHolderStub& acquire(std::uint64_t offset, std::uint64_t length, bool exclusive) {
    RangeHolderStub& holder = holders_.emplace_back(offset, length, exclusive);
    if (locks_.acquire(holder)) holder.has = true;
    return holder;
  }
  RangeLocks locks_;
  std::deque<RangeHolderStub> holders_;
};

}  // namespace

TEST_F(RangeLocksTest, WritesShare) {
  auto& first = acquire(0, 100, false);
  auto& second = acquire(50, 100, false);
  EXPECT_TRUE(first.has && second.has);
  locks_.release(first);
  locks_.release(second);
}

TEST_F(RangeLocksTest, AnExclusiveRangeWaitsForWhatOverlapsIt) {
  auto& write = acquire(0, 100, false);
  auto& aside = acquire(100, 100, true);
  auto& alone = acquire(99, 1, true);
  EXPECT_TRUE(aside.has);
  EXPECT_FALSE(alone.has);
  locks_.release(write);
  EXPECT_TRUE(alone.has);
  locks_.release(alone);
  locks_.release(aside);
}

TEST_F(RangeLocksTest, AWriteDoesNotOvertakeAnExclusiveRangeThatWaits) {
  auto& write = acquire(0, 100, false);
  auto& alone = acquire(0, 100, true);
  auto& late = acquire(50, 10, false);
  auto& elsewhere = acquire(100, 10, false);
  EXPECT_FALSE(alone.has || late.has);
  EXPECT_TRUE(elsewhere.has);
  locks_.release(write);
  EXPECT_TRUE(alone.has);
  EXPECT_FALSE(late.has);
  locks_.release(alone);
  EXPECT_TRUE(late.has);
  locks_.release(late);
  locks_.release(elsewhere);
}

TEST_F(RangeLocksTest, WhatIsWithdrawnHoldsNobodyUp) {
  auto& write = acquire(0, 100, false);
  auto& alone = acquire(0, 100, true);
  auto& late = acquire(50, 10, false);
  EXPECT_TRUE(locks_.withdraw(alone));
  EXPECT_TRUE(late.has);
  EXPECT_FALSE(locks_.withdraw(late));
  locks_.release(write);
  locks_.release(late);
}

TEST_F(RangeLocksTest, OnlyOneThreadIsInside) {
  int value = 0;
  const auto add = [&] {
    for (int round = 0; round < 2000; ++round) {
      RangeHolderStub holder(0, 10, true);
      if (!locks_.acquire(holder)) {
        while (!holder.has) std::this_thread::yield();
      }
      ++value;
      locks_.release(holder);
    }
  };
  std::thread other(add);
  add();
  other.join();
  EXPECT_EQ(value, 4000);
}

}  // namespace lunet::dataplane
