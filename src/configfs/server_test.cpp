// SPDX-License-Identifier: Apache-2.0
#include "configfs/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "configfs/server_fixture.h"

namespace lunet::configfs {
namespace {

TEST_F(ServerTest, ServesFiftyClientsAtOnce) {
  serve();
  std::atomic<int> good = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 50; ++i)
    clients.emplace_back([this, &good, i] {
      const auto tree = connect();
      const std::string path = "dir" + std::to_string(i);
      if (!tree || !tree->make_dir(path)) return;
      for (int j = 0; j < 20; ++j)
        if (tree->read_tree("", {.depth = 0})->find(path) == nullptr) return;
      if (tree->remove_dir(path)) ++good;
    });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 50);
}

TEST_F(ServerTest, HasALimitOfClients) {
  options_.clients_max = 2;
  serve();
  const FrameSocket first = greeted();
  auto second = std::make_unique<FrameSocket>(greeted());
  FrameSocket third = raw();
  EXPECT_EQ(refusal(third), EAGAIN);
  second.reset();
  // The place is free once the server has noticed.
  auto tree = connect_remote(options_.socket_path, patience_ms);
  for (int i = 0; !tree && i < 100000; ++i) tree = connect_remote(options_.socket_path, patience_ms);
  ASSERT_TRUE(tree) << tree.error().message;
}

TEST_F(ServerTest, ServesAHundredRequestsWhileManyStallInTheMiddleOfOne) {
  serve();
  std::vector<FrameSocket> stalled;
  for (int i = 0; i < 100; ++i) {
    stalled.push_back(i % 2 == 0 ? raw() : greeted());
    send_bytes(stalled.back(), std::string("\0\0\1\0part", 8));
  }
  for (int i = 0; i < 100; ++i) {
    const auto tree = connect();
    ASSERT_TRUE(tree);
    ASSERT_TRUE(tree->read("iscsi/version"));
  }
  // None of them has been dropped meanwhile: the message timeout is long.
  for (const FrameSocket& socket : stalled) EXPECT_FALSE(socket.has_input());
}

TEST_F(ServerTest, StopEndsClientsAndWatchesAndRemovesTheSocket) {
  serve();
  const auto tree = connect();
  const auto watch = tree->watch("");
  ASSERT_TRUE(watch);
  server_->stop();
  EXPECT_FALSE(fs::exists(options_.socket_path));
  EXPECT_FALSE(tree->read("iscsi/version"));
  EXPECT_EQ((*watch)->next(patience_ms).error().errnum, ECONNRESET);
  EXPECT_EQ(connect_remote(options_.socket_path, patience_ms).error().errnum, ENOENT);
  server_->stop();
}

}  // namespace
}  // namespace lunet::configfs
