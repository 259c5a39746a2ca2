// SPDX-License-Identifier: Apache-2.0
#include "engine/reactor/timer_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::reactor {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

struct Fixture : testing::Test {
  TimerId add(int deadline_ms, int mark) {
    return queue.add(milliseconds(deadline_ms), [this, mark] { fired.push_back(mark); });
  }
  void fire(int now_ms) {
    while (auto callback = queue.take_due(milliseconds(now_ms))) callback();
  }

  TimerQueue queue;
  std::vector<int> fired;
};
using TimerQueueTest = Fixture;

TEST_F(TimerQueueTest, FiresInOrderOfDeadlineThenAge) {
  add(30, 1);
  add(10, 2);
  add(20, 3);
  add(10, 4);
  fire(30);
  EXPECT_THAT(fired, ElementsAre(2, 4, 3, 1));
}

TEST_F(TimerQueueTest, LeavesWhatIsNotDueYet) {
  add(10, 1);
  add(11, 2);
  fire(10);
  EXPECT_THAT(fired, ElementsAre(1));
  EXPECT_EQ(queue.next(), milliseconds(11));
}

TEST_F(TimerQueueTest, NeverFiresARemovedTimer) {
  const TimerId removed = add(10, 1);
  add(10, 2);
  queue.remove(removed);
  queue.remove(removed);
  queue.remove(0);
  fire(10);
  EXPECT_THAT(fired, ElementsAre(2));
}

TEST_F(TimerQueueTest, GivesIdsThatAreNeverZeroNorReused) {
  const TimerId first = add(1, 1);
  fire(1);
  const TimerId second = add(2, 2);
  EXPECT_NE(first, 0U);
  EXPECT_NE(second, first);
  queue.remove(first);
  fire(2);
  EXPECT_THAT(fired, ElementsAre(1, 2));
}

TEST_F(TimerQueueTest, IsEmptyAfterClear) {
  add(1, 1);
  queue.clear();
  EXPECT_EQ(queue.next(), std::nullopt);
  fire(1);
  EXPECT_THAT(fired, IsEmpty());
}

TEST_F(TimerQueueTest, MayBeChangedByACallbackItDestroys) {
  const TimerId other = add(20, 1);
  auto guard = std::shared_ptr<void>(nullptr, [&](void*) { queue.remove(other); });
  const TimerId timer = queue.add(milliseconds(10), [guard] {});
  guard.reset();
  queue.remove(timer);
  EXPECT_EQ(queue.next(), std::nullopt);
}

}  // namespace
}  // namespace lunet::reactor
