// SPDX-License-Identifier: Apache-2.0
// Sockets and files.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>

#include <array>
#include <thread>

#include "engine/reactor/reactor_test_support.h"

namespace lunet::reactor {
namespace {

using testing::Each;
using testing::ElementsAreArray;

using ReactorIo = ReactorTest;
INSTANTIATE_TEST_SUITE_P(Engines, ReactorIo, testing::ValuesIn(engines()), engine_name);

sockaddr* generic(sockaddr_in& address) {
  return reinterpret_cast<sockaddr*>(&address);
}

/// Listens on a free port of the loopback address, which it stores.
Fd listen_on_loopback(sockaddr_in& address, int flags) {
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(listener.get(), generic(address), size), 0);
  EXPECT_EQ(::listen(listener.get(), 8), 0);
  EXPECT_EQ(::getsockname(listener.get(), generic(address), &size), 0);
  return listener;
}

/// Sends and receives `bytes` through the two ends of a connection until all of them arrived.
class Transfer {
 public:
  Transfer(Reactor& reactor, int sender, int receiver, Bytes bytes)
      : reactor_(reactor), sender_(sender), receiver_(receiver), bytes_(bytes) {}
  void start() {
    send_more();
    receive_more();
  }

  std::vector<std::uint8_t> received;
  int sends = 0;

 private:
  void send_more() {
    vector_ = {const_cast<std::uint8_t*>(bytes_.data()) + sent_, bytes_.size() - sent_};
    message_.msg_iov = &vector_;
    message_.msg_iovlen = 1;
    ++sends;
    reactor_.send(send_, sender_, message_);
  }
  void sent(int result) {
    ASSERT_GT(result, 0);
    sent_ += static_cast<std::size_t>(result);
    if (sent_ < bytes_.size()) send_more();
  }
  void receive_more() { reactor_.receive(receive_, receiver_, buffer_); }
  void arrived(int result) {
    if (result <= 0) reactor_.stop();
    ASSERT_GT(result, 0);
    received.insert(received.end(), buffer_.begin(), buffer_.begin() + result);
    if (received.size() == bytes_.size()) return reactor_.stop();
    receive_more();
  }

  Reactor& reactor_;
  int sender_;
  int receiver_;
  Bytes bytes_;
  std::size_t sent_ = 0;
  msghdr message_{};
  iovec vector_{};
  std::array<std::uint8_t, 65536> buffer_{};
  Call send_{[this](int result) { sent(result); }};
  Call receive_{[this](int result) { arrived(result); }};
};

TEST_P(ReactorIo, SendsALargeMessageInPieces) {
  auto [here, there] = socket_pair();
  const int small = 32 * 1024;
  ASSERT_EQ(::setsockopt(here.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  const auto bytes = pattern(std::size_t{4} << 20);
  Transfer transfer(*reactor, here.get(), there.get(), bytes);
  run([&] { transfer.start(); });
  EXPECT_TRUE(transfer.received == bytes);
  EXPECT_GT(transfer.sends, 1);
}

void echo_over_tcp(Reactor& reactor, int listener_flags) {
  sockaddr_in address{};
  const Fd listener = listen_on_loopback(address, listener_flags);
  const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto bytes = pattern(300'000);
  Fd accepted;
  std::unique_ptr<Transfer> transfer;
  std::thread connector;
  Call accept([&](int result) {
    connector.join();  // connect() may return after accept()
    if (result < 0) reactor.stop();
    ASSERT_GE(result, 0) << -result;
    accepted.reset(result);
    EXPECT_NE(::fcntl(result, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(result, F_GETFD) & FD_CLOEXEC, 0);
    transfer = std::make_unique<Transfer>(reactor, client.get(), result, bytes);
    transfer->start();
  });
  reactor.post([&] { reactor.accept(accept, listener.get()); });
  // From another thread and after a pause in the loop's work: the accept waits in the kernel first.
  connector = std::thread([&] { EXPECT_EQ(::connect(client.get(), generic(address), sizeof address), 0); });
  reactor.run();
  ASSERT_TRUE(transfer);
  EXPECT_TRUE(transfer->received == bytes);
}

TEST_P(ReactorIo, AcceptsAndTransfersOverTcp) {
  echo_over_tcp(*reactor, 0);
}

TEST_P(ReactorIo, AcceptsOnANonBlockingListener) {
  echo_over_tcp(*reactor, SOCK_NONBLOCK);
}

TEST_P(ReactorIo, GathersTheParts) {
  auto [here, there] = socket_pair();
  std::string first = "first ";
  std::string second = "second";
  std::array<iovec, 2> parts{iovec{first.data(), first.size()}, iovec{second.data(), second.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  std::array<std::uint8_t, 64> buffer{};
  Keep send;
  Keep receive;
  receive.then = [&] { reactor->stop(); };
  run([&] {
    send.then = [&] { reactor->receive(receive, there.get(), buffer); };
    reactor->send(send, here.get(), message);
  });
  EXPECT_EQ(as_text(Bytes(buffer).first(12)), "first second");
}

TEST_P(ReactorIo, TellsTheEndOfAConnection) {
  auto [here, there] = socket_pair();
  there.reset();
  std::array<std::uint8_t, 4> buffer{};
  iovec vector{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  Keep receive;
  Keep send;
  send.then = [&] { reactor->stop(); };
  receive.then = [&] { reactor->send(send, here.get(), message); };
  run([&] { reactor->receive(receive, here.get(), buffer); });
  EXPECT_EQ(receive.result, 0);
  EXPECT_EQ(send.result, -EPIPE) << "and no SIGPIPE";
}

TEST_P(ReactorIo, SleepsUntilDataComes) {
  auto [here, there] = socket_pair();
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  receive.then = [&] { reactor->stop(); };
  run([&] {
    reactor->receive(receive, here.get(), buffer);
    reactor->after(10, [&] { ASSERT_EQ(::write(there.get(), "ok", 2), 2); });
  });
  EXPECT_EQ(receive.result, 2);
  EXPECT_LT(reactor->counters().system_calls, 10U) << "it turned instead of sleeping";
}

TEST_P(ReactorIo, WritesAndReadsAFile) {
  const Fd file = temporary_file();
  auto bytes = pattern(100'000);
  std::vector<std::uint8_t> low(40'000);
  std::vector<std::uint8_t> high(70'000);
  const iovec source{bytes.data(), bytes.size()};
  const std::array<iovec, 2> target{iovec{low.data(), low.size()}, iovec{high.data(), high.size()}};
  Keep write;
  Keep sync;
  Keep read;
  write.then = [&] { reactor->sync_data(sync, file.get()); };
  sync.then = [&] { reactor->read(read, file.get(), target, 12'345); };
  read.then = [&] { reactor->stop(); };
  run([&] { reactor->write(write, file.get(), {&source, 1}, 12'345, true); });
  EXPECT_EQ(write.result, 100'000);
  EXPECT_EQ(sync.result, 0);
  EXPECT_EQ(read.result, 100'000) << "short: the file ends there";
  low.insert(low.end(), high.begin(), high.begin() + 60'000);
  EXPECT_TRUE(low == bytes);
}

TEST_P(ReactorIo, PunchesAHoleIntoAFile) {
  const Fd file = temporary_file();
  const std::string text(3 * 4096, 'x');
  ASSERT_EQ(::pwrite(file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  Keep punch;
  punch.then = [&] { reactor->stop(); };
  run([&] { reactor->allocate(punch, file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 4096); });
  if (punch.result == -EOPNOTSUPP) GTEST_SKIP() << "no holes on this file system";
  EXPECT_EQ(punch.result, 0);
  std::string hole(4096, '?');
  ASSERT_EQ(::pread(file.get(), hole.data(), hole.size(), 4096), 4096);
  EXPECT_THAT(hole, Each('\0'));
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_END), 3 * 4096);
}

TEST_P(ReactorIo, TellsErrorsByTheirNumber) {
  std::array<std::uint8_t, 4> buffer{};
  Keep receive;
  Keep sync;
  receive.then = [&] { reactor->sync_data(sync, -1); };
  sync.then = [&] { reactor->stop(); };
  const Fd file = temporary_file();
  run([&] { reactor->receive(receive, file.get(), buffer); });
  EXPECT_EQ(receive.result, -ENOTSOCK);
  EXPECT_EQ(sync.result, -EBADF);
}

}  // namespace
}  // namespace lunet::reactor
