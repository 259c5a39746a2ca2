// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/task_set.h"

#include <gmock/gmock.h>

#include <deque>
#include <thread>
#include <vector>

namespace lunet::dataplane {

namespace {

struct TaskSetMember final : TaskSet::Member {
  explicit TaskSetMember(TaskAttribute wanted) { attribute = wanted; }
  void admitted() override { started = true; }
  std::atomic<bool> started = false;
};

class TaskSetTest : public testing::Test {
 protected:
  TaskSetMember& enter(TaskAttribute attribute) {
    TaskSetMember& member = members_.emplace_back(attribute);
    if (set_.enter(member)) member.started = true;
    return member;
  }
  TaskSet set_;
  std::deque<TaskSetMember> members_;
};

constexpr auto simple = TaskAttribute::simple;
constexpr auto ordered = TaskAttribute::ordered;
constexpr auto head_of_queue = TaskAttribute::head_of_queue;

}  // namespace

TEST_F(TaskSetTest, SimpleCommandsStartAtOnce) {
  EXPECT_TRUE(set_.idle());
  auto& first = enter(simple);
  auto& second = enter(simple);
  EXPECT_TRUE(first.started && second.started);
  set_.leave(first);
  EXPECT_FALSE(set_.idle());
  set_.leave(second);
  EXPECT_TRUE(set_.idle());
}

TEST_F(TaskSetTest, AnOrderedCommandWaitsForAllBeforeAndHoldsAllBehind) {
  auto& before = enter(simple);
  auto& also_before = enter(simple);
  auto& fence = enter(ordered);
  auto& behind = enter(simple);
  auto& last = enter(ordered);
  EXPECT_FALSE(fence.started || behind.started || last.started);
  set_.leave(before);
  EXPECT_FALSE(fence.started);
  set_.leave(also_before);
  EXPECT_TRUE(fence.started);
  EXPECT_FALSE(behind.started || last.started);
  set_.leave(fence);
  EXPECT_TRUE(behind.started);
  EXPECT_FALSE(last.started);
  set_.leave(behind);
  EXPECT_TRUE(last.started);
  set_.leave(last);
  EXPECT_TRUE(set_.idle());
  EXPECT_TRUE(enter(simple).started);
}

TEST_F(TaskSetTest, HeadOfQueueWaitsForNothingAndIsWaitedFor) {
  auto& before = enter(simple);
  auto& fence = enter(ordered);
  auto& urgent = enter(head_of_queue);
  EXPECT_TRUE(urgent.started);
  set_.leave(before);
  EXPECT_FALSE(fence.started);
  set_.leave(urgent);
  EXPECT_TRUE(fence.started);
  EXPECT_TRUE(enter(head_of_queue).started);
}

TEST_F(TaskSetTest, WhatIsWithdrawnHoldsNobody) {
  auto& before = enter(simple);
  auto& fence = enter(ordered);
  auto& behind = enter(simple);
  EXPECT_TRUE(set_.withdraw(fence));
  EXPECT_TRUE(behind.started);
  EXPECT_FALSE(fence.started);
  EXPECT_FALSE(set_.withdraw(behind)) << "it has started";
  set_.leave(before);
  set_.leave(behind);
  EXPECT_TRUE(set_.idle());
}

// Each thread's ordered commands change a number that no lock guards.
TEST_F(TaskSetTest, OrderedCommandsOfManyThreadsAreAlone) {
  struct Waiting final : TaskSet::Member {
    void admitted() override {
      turn = true;
      turn.notify_one();
    }
    std::atomic<bool> turn = false;
  };
  constexpr int rounds = 2000;
  int unguarded = 0;
  std::atomic<int> seen = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int n = 0; n < rounds; ++n) {
        Waiting member;
        member.attribute = n % 4 == t ? ordered : n % 7 == 0 ? head_of_queue : simple;
        if (!set_.enter(member)) member.turn.wait(false);
        if (member.attribute == ordered) ++unguarded;
        if (member.attribute == simple) seen += unguarded > 0 ? 1 : 0;
        set_.leave(member);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(unguarded, 3 * rounds / 4);
  EXPECT_TRUE(set_.idle());
}

}  // namespace lunet::dataplane
