// SPDX-License-Identifier: Apache-2.0
// What only the epoll engine has: operations tried at once, descriptors that come back, a pool.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <array>
#include <deque>
#include <latch>

#include "engine/reactor/reactor_test_support.h"

namespace lunet::reactor {
namespace {

struct EpollReactorTest : testing::Test {
  std::unique_ptr<Reactor> reactor = *epoll_reactors()();

  void run(std::function<void()> first) {
    reactor->post(std::move(first));
    reactor->run();
  }
};

TEST_F(EpollReactorTest, WaitsOnADescriptorThatAnotherSocketHadBefore) {
  std::array<std::uint8_t, 4> buffer{};
  constexpr int rounds = 3;
  int left = rounds;
  std::pair<Fd, Fd> pair;
  int socket = -1;
  std::function<void()> open;
  Call receive([&](int result) {
    EXPECT_EQ(result, 2);
    pair = {};
    if (--left == 0) return reactor->stop();
    open();
  });
  open = [&] {
    pair = socket_pair();
    if (socket < 0) socket = pair.first.get();
    ASSERT_EQ(pair.first.get(), socket) << "the system gives the lowest number that is free";
    reactor->receive(receive, socket, buffer);
    reactor->after(1, [&] { ASSERT_EQ(::write(pair.second.get(), "ok", 2), 2); });
  };
  run(open);
  EXPECT_EQ(left, 0);
}

TEST_F(EpollReactorTest, KeepsTheOrderOfReceptionsOnOneSocket) {
  auto [here, there] = socket_pair();
  constexpr std::size_t count = 5;
  std::array<std::array<std::uint8_t, 1>, count> buffers{};
  std::deque<Keep> receives(count);
  receives.back().then = [&] { reactor->stop(); };
  run([&] {
    for (std::size_t i = 0; i < count; ++i) {
      reactor->receive(receives[i], here.get(), buffers[i]);
      // Two are waiting when the first bytes come.
      if (i != 1) continue;
      ASSERT_EQ(::write(there.get(), "abcde", count), static_cast<ssize_t>(count));
    }
  });
  std::string text;
  for (const auto& buffer : buffers) text += static_cast<char>(buffer[0]);
  EXPECT_EQ(text, "abcde");
}

TEST_F(EpollReactorTest, SendsWhileAReceptionWaitsOnTheSameSocket) {
  auto [here, there] = socket_pair();
  const int small = 4096;
  ASSERT_EQ(::setsockopt(here.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  std::vector<std::uint8_t> bytes = pattern(std::size_t{1} << 20);
  iovec vector{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  std::vector<std::uint8_t> sink(bytes.size());
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  receive.then = [&] { reactor->stop(); };
  std::size_t sent = 0;
  Call send([&](int result) {
    ASSERT_GT(result, 0);
    sent += static_cast<std::size_t>(result);
    if (sent == bytes.size()) {
      ASSERT_EQ(::write(there.get(), "ok", 2), 2);
    } else {
      vector = {bytes.data() + sent, bytes.size() - sent};
      reactor->send(send, here.get(), message);
    }
  });
  std::size_t drained = 0;
  Call drain([&](int result) {
    if (result == -ECANCELED) return;
    ASSERT_GT(result, 0);
    drained += static_cast<std::size_t>(result);
    if (drained < bytes.size()) reactor->receive(drain, there.get(), MutableBytes(sink).subspan(drained));
  });
  run([&] {
    reactor->receive(receive, here.get(), buffer);
    reactor->send(send, here.get(), message);
    reactor->receive(drain, there.get(), sink);
  });
  EXPECT_EQ(receive.result, 2);
  EXPECT_EQ(drained, bytes.size());
  EXPECT_TRUE(sink == bytes);
}

TEST_F(EpollReactorTest, ReadsWhatIsCachedWithoutTheHelpOfAnotherThread) {
  const Fd file = temporary_file();
  ASSERT_EQ(::pwrite(file.get(), "data", 4, 0), 4);
  std::array<char, 4> buffer{};
  const iovec vector{buffer.data(), buffer.size()};
  Keep read;
  read.then = [&] { reactor->stop(); };
  Reactor::Counters before;
  run([&] {
    before = reactor->counters();
    reactor->read(read, file.get(), {&vector, 1}, 0);
    if (std::string_view(buffer.data(), 4) != "data") GTEST_SKIP() << "this file system waits for every read";
    EXPECT_LE(reactor->counters().system_calls - before.system_calls, 2U);
  });
  EXPECT_EQ(read.result, 4);
}

TEST_F(EpollReactorTest, LeavesReadsWithoutThePageCacheToThePool) {
  const Fd named = temporary_file();
  ASSERT_EQ(::ftruncate(named.get(), 4096), 0);
  const Fd file(
      ::open(("/proc/self/fd/" + std::to_string(named.get())).c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
  if (!file) GTEST_SKIP() << "no direct I/O on this file system";
  alignas(4096) static std::array<char, 4096> buffer;
  buffer.fill('?');
  const iovec vector{buffer.data(), buffer.size()};
  Keep read;
  read.then = [&] { reactor->stop(); };
  run([&] { reactor->read(read, file.get(), {&vector, 1}, 0); });
  EXPECT_EQ(read.result, 4096);
  EXPECT_THAT(buffer, testing::Each('\0'));
}

TEST_F(EpollReactorTest, FailsAloneWhenASocketCannotBeWaitedFor) {
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  Keep broken;
  Keep good;
  good.then = [&] { reactor->stop(); };
  run([&] {
    // Against the rules, and survived: the descriptor is gone before epoll hears of it.
    auto pair = socket_pair();
    reactor->receive(broken, pair.first.get(), buffer);
    reactor->receive(good, here.get(), buffer);
    reactor->after(1, [&] { ASSERT_EQ(::write(there.get(), "ok", 2), 2); });
  });
  EXPECT_EQ(broken.result, -EBADF);
  EXPECT_EQ(good.result, 2);
}

// How many of `count` syncs that are cancelled at once are withdrawn; the others are done.
std::size_t withdrawn_of(std::size_t count) {
  const std::unique_ptr<Reactor> reactor = *epoll_reactors()();
  const Fd file = temporary_file();
  std::deque<Keep> syncs(count);
  reactor->post([&] {
    for (auto& sync : syncs) reactor->sync_data(sync, file.get());
    for (auto& sync : syncs) reactor->cancel(sync);
    reactor->stop();
  });
  reactor->run();
  std::size_t withdrawn = 0;
  for (const auto& sync : syncs) {
    EXPECT_EQ(sync.times, 1);
    if (sync.result == -ECANCELED) {
      ++withdrawn;
    } else {
      EXPECT_EQ(sync.result, 0);
    }
  }
  return withdrawn;
}

TEST(EpollReactor, WithdrawsWhatThePoolHasNotBegun) {
  // The pool may be done with all of them before this thread goes on, where the machine is busy.
  constexpr std::size_t count = 2000;
  std::size_t withdrawn = 0;
  for (int tries = 0; withdrawn == 0 && tries < 100; ++tries) withdrawn = withdrawn_of(count);
  EXPECT_GT(withdrawn, 0U);
}

TEST_F(EpollReactorTest, MayBeDestroyedWithoutHavingRunWhileThePoolIsBusy) {
  const Fd file = temporary_file();
  std::deque<Keep> syncs(500);
  for (auto& sync : syncs) reactor->sync_data(sync, file.get());
  reactor.reset();
  for (const auto& sync : syncs) EXPECT_EQ(sync.times, 0);
}

TEST(EpollReactors, ShareOnePoolAndOutliveTheirMaker) {
  auto maker = epoll_reactors();
  const auto first = *maker();
  const auto second = *maker();
  maker = nullptr;
  const Fd file = temporary_file();
  Keep one;
  Keep two;
  one.then = [&] { first->stop(); };
  two.then = [&] { second->stop(); };
  first->sync_data(one, file.get());
  second->sync_data(two, file.get());
  first->run();
  second->run();
  EXPECT_EQ(one.result, 0);
  EXPECT_EQ(two.result, 0);
}

}  // namespace
}  // namespace lunet::reactor
