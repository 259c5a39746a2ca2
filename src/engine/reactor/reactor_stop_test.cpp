// SPDX-License-Identifier: Apache-2.0
// The life of an operation: completion, cancelling, the end of the loop.
#include <gmock/gmock.h>

#include <array>
#include <deque>

#include "engine/reactor/reactor_test_support.h"

namespace lunet::reactor {
namespace {

using ReactorOperation = ReactorTest;
INSTANTIATE_TEST_SUITE_P(Engines, ReactorOperation, testing::ValuesIn(engines()), engine_name);

TEST_P(ReactorOperation, IsNeverDoneInsideTheSubmittingCall) {
  const Fd file = temporary_file();
  char byte = 0;
  const iovec vector{&byte, 1};
  bool submitting = true;
  Call sync([&](int result) {
    EXPECT_FALSE(submitting);
    EXPECT_EQ(result, 0);
    reactor->stop();
  });
  Call read([&](int result) {
    EXPECT_FALSE(submitting);
    EXPECT_EQ(result, 0) << "end of the empty file";
    submitting = true;
    reactor->sync_data(sync, file.get());
    submitting = false;
  });
  run([&] {
    reactor->read(read, file.get(), {&vector, 1}, 0);
    submitting = false;
  });
}

TEST_P(ReactorOperation, MayBeSubmittedBeforeTheLoopRuns) {
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  receive.then = [&] { reactor->stop(); };
  reactor->receive(receive, here.get(), buffer);
  ASSERT_EQ(::write(there.get(), "ok", 2), 2);
  reactor->run();
  EXPECT_EQ(receive.result, 2);
}

TEST_P(ReactorOperation, MayDestroyItselfAndSubmitAgainWhenDone) {
  const Fd file = temporary_file();
  int left = 1000;
  std::unique_ptr<Call> current;
  std::function<void(int)> again = [&](int result) {
    EXPECT_EQ(result, 0);
    const auto call = std::move(current);  // runs to its end within done()
    if (--left == 0) return reactor->stop();
    current = std::make_unique<Call>(again);
    reactor->sync_data(*current, file.get());
  };
  run([&] {
    current = std::make_unique<Call>(again);
    reactor->sync_data(*current, file.get());
  });
  EXPECT_EQ(left, 0);
}

TEST_P(ReactorOperation, IsNeverLostWhenMoreAreSubmittedThanTheQueueHolds) {
  constexpr int operations = 20'000;
  const Fd file = temporary_file();
  ASSERT_EQ(::pwrite(file.get(), "x", 1, 0), 1);
  std::vector<char> bytes(operations);
  std::vector<iovec> vectors(operations);
  std::deque<Keep> reads(operations);
  int left = operations;
  run([&] {
    for (std::size_t i = 0; i < operations; ++i) {
      vectors[i] = {&bytes[i], 1};
      reads[i].then = [&] {
        if (--left == 0) reactor->stop();
      };
      reactor->read(reads[i], file.get(), {&vectors[i], 1}, 0);
    }
  });
  for (const auto& read : reads) ASSERT_EQ(read.times, 1);
  EXPECT_THAT(bytes, testing::Each('x'));
}

TEST_P(ReactorOperation, EndsEarlyWhenCancelled) {
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  receive.then = [&] { reactor->stop(); };
  run([&] {
    reactor->receive(receive, here.get(), buffer);
    // In the same turn, so the request to cancel follows the operation into the kernel.
    reactor->cancel(receive);
    reactor->cancel(receive);
  });
  EXPECT_EQ(receive.result, -ECANCELED);
  EXPECT_EQ(receive.times, 1);
}

TEST_P(ReactorOperation, IsLeftAloneByACancelThatComesTooLate) {
  auto [here, there] = socket_pair();
  ASSERT_EQ(::write(there.get(), "ok", 2), 2);
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  receive.then = [&] {
    reactor->cancel(receive);
    reactor->stop();
  };
  run([&] { reactor->receive(receive, here.get(), buffer); });
  EXPECT_EQ(receive.result, 2);
  EXPECT_EQ(receive.times, 1);
}

TEST_P(ReactorOperation, IsCancelledAndDoneBeforeRunReturns) {
  constexpr std::size_t sockets = 700;  // more than one submission queue of requests to cancel
  std::vector<std::pair<Fd, Fd>> pairs(sockets);
  std::vector<std::array<std::uint8_t, 4>> buffers(sockets);
  std::deque<Keep> receives(sockets);
  bool fired = false;
  run([&] {
    for (std::size_t i = 0; i < sockets; ++i) {
      // Half of them share one socket: no need for a thousand descriptors.
      if (i % 2 == 0) pairs[i] = socket_pair();
      reactor->receive(receives[i], pairs[i / 2 * 2].first.get(), buffers[i]);
    }
    reactor->after(3'600'000, [&] { fired = true; });
    reactor->post([&] { reactor->stop(); });
  });
  for (const auto& receive : receives) {
    ASSERT_EQ(receive.result, -ECANCELED);
    ASSERT_EQ(receive.times, 1);
  }
  EXPECT_FALSE(fired);
}

TEST_P(ReactorOperation, IsRefusedOnceTheLoopIsEnding) {
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  Keep late;
  bool submitting = false;
  late.then = [&] { EXPECT_FALSE(submitting); };
  Call receive([&](int result) {
    EXPECT_EQ(result, -ECANCELED);
    submitting = true;
    reactor->receive(late, here.get(), buffer);
    submitting = false;
  });
  run([&] {
    reactor->receive(receive, here.get(), buffer);
    reactor->stop();
  });
  EXPECT_EQ(late.result, -ECANCELED);
  EXPECT_EQ(late.times, 1);
}

TEST_P(ReactorOperation, MayPostAndCollectForTheTurnsEndWhileTheLoopIsEnding) {
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  bool posted = false;
  bool turn_end = false;
  Call receive([&](int) {
    reactor->post([&] { posted = true; });
    reactor->at_turn_end([&] { turn_end = true; });
  });
  run([&] {
    reactor->receive(receive, here.get(), buffer);
    reactor->stop();
  });
  EXPECT_TRUE(posted);
  EXPECT_TRUE(turn_end);
}

TEST_P(ReactorOperation, IsForgottenByALoopThatNeverRan) {
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  reactor->receive(receive, here.get(), buffer);
  reactor.reset();
  EXPECT_EQ(receive.times, 0);
}

TEST_P(ReactorOperation, DiesLoudlyWhenSubmittedTwiceAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  reactor->receive(receive, here.get(), buffer);
  EXPECT_DEATH(reactor->receive(receive, here.get(), buffer), "listed_");
  reactor.reset();
}

}  // namespace
}  // namespace lunet::reactor
