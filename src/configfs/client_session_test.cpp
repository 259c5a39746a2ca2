// SPDX-License-Identifier: Apache-2.0
// What one client may do to the server and to the others.
#include "configfs/client_session.h"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "configfs/server_fixture.h"

namespace lunet::configfs {
namespace {

using ClientSessionTest = ServerTest;

TEST_F(ClientSessionTest, StalledClientsStopNobodyAndAreDropped) {
  options_.message_timeout_ms = 200;
  serve();
  std::vector<FrameSocket> stalled;
  constexpr std::string_view half_a_frame("\0\0\1\0half a frame", 16);
  for (int i = 0; i < 20; ++i) {
    stalled.push_back(i % 2 == 0 ? raw() : greeted());
    // On a busy machine the server may have dropped it already: EPIPE then, and the same refusal below.
    static_cast<void>(::send(stalled.back().fd(), half_a_frame.data(), half_a_frame.size(), MSG_NOSIGNAL));
  }
  const auto tree = connect();
  ASSERT_TRUE(tree);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(tree->read("iscsi/version"));
  for (FrameSocket& socket : stalled) EXPECT_EQ(refusal(socket), ECONNRESET);
}

TEST_F(ClientSessionTest, ASlowReaderOfALargeAnswerStopsNobody) {
  options_.message_timeout_ms = 200;
  serve();
  for (int i = 0; i < 20; ++i)
    std::ofstream(dir_ / ("root/big" + std::to_string(i))) << std::string(200000, 'x');
  FrameSocket slow = greeted();
  ASSERT_TRUE(slow.send(protocol::encode_tree_request("", {}), deadline_in(patience_ms)));
  const auto tree = connect();
  ASSERT_TRUE(tree);
  EXPECT_TRUE(tree->read("iscsi/version"));
  // It reads nothing, so the server gives up on it.
  pollfd hung_up{slow.fd(), POLLRDHUP, 0};
  ASSERT_EQ(::poll(&hung_up, 1, patience_ms), 1);
  const auto answer = slow.receive(protocol::reply_bytes_max, deadline_in(patience_ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().errnum, ECONNRESET);
  EXPECT_TRUE(tree->read("iscsi/version"));
}

TEST_F(ClientSessionTest, RefusesOtherVersionsGiantFramesAndGarbage) {
  serve();
  FrameSocket other = raw();
  ASSERT_TRUE(
      other.send(protocol::encode_hello(MessageType::hello, {.version = 99}), deadline_in(patience_ms)));
  EXPECT_EQ(refusal(other), EPROTO);
  FrameSocket giant = greeted();
  send_bytes(giant, "\xff\xff\xff\xff");
  EXPECT_EQ(refusal(giant), EMSGSIZE);
  FrameSocket early = raw();
  ASSERT_TRUE(early.send(protocol::encode_watch(""), deadline_in(patience_ms)));
  EXPECT_EQ(refusal(early), EPROTO);
  FrameSocket garbage = greeted();
  ASSERT_TRUE(garbage.send("GET / HTTP/1.1", deadline_in(patience_ms)));
  EXPECT_EQ(refusal(garbage), EPROTO);
  FrameSocket malformed = greeted();
  ASSERT_TRUE(
      malformed.send(std::string(1, static_cast<char>(MessageType::batch)), deadline_in(patience_ms)));
  EXPECT_EQ(refusal(malformed), EPROTO);
  EXPECT_TRUE(connect()->read("iscsi/version"));
}

/// Sends everything, and waits until the server has read it.
void deliver(const FrameSocket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd writable{socket.fd(), POLLOUT, 0};
    ASSERT_EQ(::poll(&writable, 1, patience_ms), 1);
    const ssize_t sent = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ASSERT_GT(sent, 0);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  for (int unread = 1; unread > 0;) ASSERT_EQ(::ioctl(socket.fd(), SIOCOUTQ, &unread), 0);
}

TEST_F(ClientSessionTest, LargeMessagesOfAllClientsShareABoundedMemory) {
  options_.memory_max = 1'300'000;
  serve();
  std::ofstream(dir_ / "root/big") << std::string(400'000, 'x');
  // It announces 600 000 bytes and sends most of them.
  FrameSocket slow = greeted();
  deliver(slow, std::string("\0\x09\x27\xc0", 4) + std::string(550'000, 'x'));
  // The others are refused what is large while that is there, and nothing else.
  const auto tree = connect();
  EXPECT_EQ(tree->read("big").error().errnum, EAGAIN);
  EXPECT_TRUE(tree->read("iscsi/version"));
  slow.close();
  auto large = tree->read("big");
  while (!large && large.error().errnum == EAGAIN) large = tree->read("big");  // the server is noticing it
  EXPECT_TRUE(large) << large.error().message;
}

TEST_F(ClientSessionTest, ABatchOfTooManyOperationsIsRefused) {
  serve();
  FrameSocket many = greeted();
  std::string frame(1, static_cast<char>(MessageType::batch));
  frame += "\xa1\xc2\x1e";  // 500 001
  frame.append(std::size_t{500'001} * 3, '\0');
  ASSERT_TRUE(many.send(frame, deadline_in(patience_ms)));
  EXPECT_EQ(refusal(many), EMSGSIZE);
}

TEST_F(ClientSessionTest, SurvivesRandomBytesBeforeAndAfterTheHello) {
  options_.message_timeout_ms = 100;
  serve();
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 60; ++i) {
    const FrameSocket socket = i % 2 == 0 ? raw() : greeted();
    std::string bytes(1 + random() % 600, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (random() % 2 == 0) bytes.replace(0, std::min<std::size_t>(bytes.size(), 3), "\0\0\0");
    (void)::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  EXPECT_TRUE(connect()->read("iscsi/version"));
}

// Credentials belong to a thread in Linux; the C library's wrappers would change all threads.
void become(uid_t uid, gid_t gid) {
  ::syscall(SYS_setgroups, 0, nullptr);
  ::syscall(SYS_setresgid, gid, gid, gid);
  ::syscall(SYS_setresuid, uid, uid, uid);
}

class OtherUserTest : public ServerTest {
 protected:
  static constexpr uid_t nobody = 65534;
  static constexpr gid_t storage = 60123;

  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "becoming another user needs root";
    fs::permissions(dir_.path(), static_cast<fs::perms>(0755));
  }
  template <class Action>
  void as_nobody(gid_t gid, const Action& action) {
    std::thread([&] {
      become(nobody, gid);
      action();
    }).join();
  }
};

TEST_F(OtherUserTest, IsKeptOutByTheSocketAndByTheServer) {
  serve();
  as_nobody(nobody,
            [this] { EXPECT_EQ(connect_remote(options_.socket_path, patience_ms).error().errnum, EACCES); });
  fs::permissions(options_.socket_path, static_cast<fs::perms>(0666));
  as_nobody(nobody,
            [this] { EXPECT_EQ(connect_remote(options_.socket_path, patience_ms).error().errnum, EPERM); });
}

TEST_F(OtherUserTest, CannotTakeAllPlaces) {
  options_.group = storage;
  options_.clients_max = 8;
  serve();
  std::vector<FrameSocket> theirs;
  as_nobody(storage, [&] {
    for (int i = 0; i < 2; ++i) theirs.push_back(greeted());
    FrameSocket third = raw();
    EXPECT_EQ(refusal(third), EAGAIN);
  });
  for (int i = 0; i < 6; ++i) theirs.push_back(greeted());
}

TEST_F(OtherUserTest, InTheGroupMayDoAllButSecrets) {
  options_.group = storage;
  serve();
  as_nobody(storage, [this] {
    const auto tree = connect();
    ASSERT_TRUE(tree);
    EXPECT_TRUE(tree->read("iscsi/version"));
    EXPECT_TRUE(tree->make_dir("made"));
    EXPECT_EQ(tree->read("iscsi/auth/password").error().errnum, EPERM);
    EXPECT_EQ(tree->write("iscsi/auth/password", "x").error().errnum, EPERM);
    const auto all = tree->read_tree("", {});
    ASSERT_TRUE(all);
    EXPECT_EQ(all->value("iscsi/auth/password"), "");
    EXPECT_EQ(all->at("iscsi/auth/password")->errnum, EPERM);
    EXPECT_EQ(tree->read_tree("iscsi/auth", {})->find("password")->errnum, EPERM);
    const std::vector<Operation> mixed = {{Verb::make_dir, "a", {}}, {Verb::read, "iscsi/auth/password", {}}};
    const BatchResult result = tree->batch(mixed);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure->index, 1U);
  });
  EXPECT_EQ(*tree_.read("iscsi/auth/password"), "secret\n");
  EXPECT_EQ(*connect()->read("iscsi/auth/password"), "secret\n");
}

}  // namespace
}  // namespace lunet::configfs
