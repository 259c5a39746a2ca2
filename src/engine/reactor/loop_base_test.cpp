// SPDX-License-Identifier: Apache-2.0
// Posting, timers, turns.
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "engine/reactor/reactor_test_support.h"

namespace lunet::reactor {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

using ReactorLoop = ReactorTest;
INSTANTIATE_TEST_SUITE_P(Engines, ReactorLoop, testing::ValuesIn(engines()), engine_name);

TEST_P(ReactorLoop, RunsPostedCallbacksInOrder) {
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) reactor->post([&, i] { order.push_back(i); });
  run([&] {
    order.push_back(3);
    reactor->post([&] {
      order.push_back(4);
      reactor->stop();
    });
  });
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4));
}

/// Counts what arrives and checks its order.
struct Inbox {
  void take(int number) { EXPECT_EQ(number, next++); }
  int next = 0;
};

TEST_P(ReactorLoop, TakesPostsFromManyThreadsEachInOrder) {
  constexpr int threads = 4;
  constexpr int posts = 2000;
  std::array<Inbox, threads> inboxes;
  int left = threads * posts;
  const auto arrived = [&](Inbox& inbox, int number) {
    inbox.take(number);
    if (--left == 0) reactor->stop();
  };
  std::vector<std::thread> posters;
  for (auto& inbox : inboxes) {
    posters.emplace_back([&] {
      for (int i = 0; i < posts; ++i) reactor->post([&, i] { arrived(inbox, i); });
    });
  }
  reactor->run();
  for (auto& poster : posters) poster.join();
  EXPECT_EQ(left, 0);
}

TEST_P(ReactorLoop, WakesFromSleepForAPost) {
  // Each side posts only after the other's answer, so the loop sleeps before nearly every post.
  constexpr int rounds = 300;
  std::atomic<int> answered = 0;
  std::thread poster([&] {
    for (int i = 1; i <= rounds; ++i) {
      reactor->post([&] {
        ++answered;
        answered.notify_one();
      });
      answered.wait(i - 1);
    }
    reactor->stop();
  });
  reactor->run();
  poster.join();
  EXPECT_EQ(answered, rounds);
}

TEST_P(ReactorLoop, RunsWhatWasPostedBeforeStopAndNothingAfterRun) {
  bool before = false;
  bool after = false;
  reactor->post([&] { before = true; });
  reactor->stop();
  reactor->run();
  EXPECT_TRUE(before);
  const auto guard = std::make_shared<int>();
  reactor->post([&after, guard] { after = true; });
  EXPECT_EQ(guard.use_count(), 1) << "the callback was kept";
  EXPECT_FALSE(after);
}

TEST_P(ReactorLoop, StopsFromAnotherThread) {
  std::atomic<bool> running = false;
  std::thread stopper([&] {
    running.wait(false);
    reactor->stop();
  });
  run([&] {
    running = true;
    running.notify_one();
  });
  stopper.join();
}

TEST_P(ReactorLoop, FiresTimersInOrderOfTheirDelays) {
  std::vector<int> order;
  run([&] {
    reactor->after(30, [&] {
      order.push_back(30);
      reactor->stop();
    });
    reactor->after(1, [&] { order.push_back(1); });
    reactor->after(10, [&] { order.push_back(10); });
    reactor->after(0, [&] { order.push_back(0); });
  });
  EXPECT_THAT(order, ElementsAre(0, 1, 10, 30));
}

TEST_P(ReactorLoop, FiresATimerNotBeforeItsDelay) {
  steady_clock::time_point set;
  run([&] {
    set = steady_clock::now();
    reactor->after(20, [&] {
      EXPECT_GE(steady_clock::now() - set, milliseconds(20));
      reactor->stop();
    });
  });
}

TEST_P(ReactorLoop, ForgetsACancelledTimer) {
  bool fired = false;
  run([&] {
    const TimerId timer = reactor->after(1, [&] { fired = true; });
    reactor->after(20, [&] { reactor->stop(); });
    reactor->cancel_timer(timer);
    reactor->cancel_timer(timer);
  });
  EXPECT_FALSE(fired);
}

TEST_P(ReactorLoop, MovesItsClockWithTheTurns) {
  run([&] {
    const auto before = reactor->now_ms();
    reactor->after(5, [this, before] {
      EXPECT_GE(reactor->now_ms(), before + 5);
      reactor->stop();
    });
  });
}

TEST_P(ReactorLoop, RunsTurnEndCallbacksAfterTheTurnsOtherWork) {
  std::vector<std::string> order;
  reactor->post([&] {
    reactor->at_turn_end([&] {
      order.emplace_back("end");
      reactor->at_turn_end([&] { order.emplace_back("end again"); });
      reactor->post([&] {
        order.emplace_back("next turn");
        reactor->stop();
      });
    });
    order.emplace_back("first");
  });
  reactor->post([&] { order.emplace_back("second"); });
  reactor->run();
  EXPECT_THAT(order, ElementsAre("first", "second", "end", "end again", "next turn"));
}

}  // namespace
}  // namespace lunet::reactor
