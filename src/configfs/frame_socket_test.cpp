// SPDX-License-Identifier: Apache-2.0
#include "configfs/frame_socket.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace lunet::configfs {
namespace {

class FrameSocketTest : public testing::Test {
 protected:
  FrameSocketTest() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    ours_ = FrameSocket(Fd(fds[0]), stop_.get());
    theirs_ = FrameSocket(Fd(fds[1]));
  }
  void send_bytes(std::string_view bytes) {
    EXPECT_EQ(::send(theirs_.fd(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }

  Fd stop_{::eventfd(0, EFD_CLOEXEC)};
  FrameSocket ours_;
  FrameSocket theirs_;
};

TEST_F(FrameSocketTest, FramesArriveWholeAndInOrder) {
  const std::string large(3'000'000, 'x');
  std::thread sender([&] {
    EXPECT_TRUE(theirs_.send("first", deadline_in(60000)));
    EXPECT_TRUE(theirs_.send("", deadline_in(60000)));
    EXPECT_TRUE(theirs_.send(large, deadline_in(60000)));
  });
  EXPECT_EQ(*ours_.receive(100, deadline_in(60000)), "first");
  EXPECT_EQ(*ours_.receive(100, deadline_in(60000)), "");
  EXPECT_EQ(*ours_.receive(large.size(), deadline_in(60000)), large);
  sender.join();
  EXPECT_FALSE(ours_.has_input());
}

TEST_F(FrameSocketTest, LengthsAreCheckedBeforeAnythingElse) {
  send_bytes("\xff\xff\xff\xff");
  EXPECT_EQ(ours_.receive(1000, deadline_in(60000)).error().errnum, EMSGSIZE);
}

TEST_F(FrameSocketTest, DeadlinesHoldForHalfAFrameAndForAFullPeer) {
  send_bytes(std::string_view("\0\0\0\5ab", 6));
  EXPECT_EQ(ours_.receive(1000, deadline_in(20)).error().errnum, ETIMEDOUT);
  EXPECT_EQ(ours_.send(std::string(8'000'000, 'x'), deadline_in(20)).error().errnum, ETIMEDOUT);
}

TEST_F(FrameSocketTest, EndsWhenThePeerCloses) {
  send_bytes(std::string_view("\0\0\0\5ab", 6));
  theirs_.close();
  EXPECT_TRUE(ours_.has_input());
  EXPECT_EQ(ours_.receive(1000, deadline_in(60000)).error().errnum, ECONNRESET);
  EXPECT_EQ(ours_.send("x", deadline_in(60000)).error().errnum, ECONNRESET);
}

TEST_F(FrameSocketTest, WaitingEndsWhenToldToStop) {
  std::thread stopper([this] {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(stop_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  });
  EXPECT_EQ(ours_.receive(1000, no_deadline).error().errnum, ECANCELED);
  stopper.join();
}

}  // namespace
}  // namespace lunet::configfs
