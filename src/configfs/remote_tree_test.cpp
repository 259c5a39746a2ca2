// SPDX-License-Identifier: Apache-2.0
#include "configfs/remote_tree.h"

#include <gtest/gtest.h>

#include <atomic>

#include "configfs/server_fixture.h"

namespace lunet::configfs {
namespace {

using RemoteTreeTest = ServerTest;

TEST_F(RemoteTreeTest, GivesTheTreeToAClient) {
  serve();
  const auto tree = connect();
  ASSERT_TRUE(tree);
  EXPECT_TRUE(tree->make_dir("core"));
  EXPECT_EQ(tree->make_dir("core").error().errnum, EEXIST);
  EXPECT_EQ(tree->make_dir("core").error().message, "mkdir core: File exists");
  EXPECT_EQ(*tree->read("iscsi/version"), "1\n");
  EXPECT_EQ(tree->list("iscsi")->size(), 2U);
  EXPECT_EQ(tree->read_tree("", {})->value("iscsi/version"), "1");
  EXPECT_EQ(tree->read_tree("missing", {}).error().errnum, ENOENT);
  EXPECT_FALSE(tree->transactional());
}

TEST_F(RemoteTreeTest, SendsEventsUntilTheWatchEnds) {
  serve();
  const auto tree = connect();
  ASSERT_TRUE(tree);
  {
    const auto watch = tree->watch("iscsi");
    ASSERT_TRUE(watch) << watch.error().message;
    EXPECT_EQ((*watch)->next(0).error().errnum, ETIMEDOUT);
    ASSERT_TRUE(tree->make_dir("iscsi/t"));
    const auto event = (*watch)->next(patience_ms);
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event->path, "iscsi/t");
  }
  EXPECT_EQ(tree->watch("missing").error().errnum, ENOENT);
}

TEST_F(RemoteTreeTest, AClientFindsARestartedServer) {
  serve();
  const auto tree = connect();
  EXPECT_TRUE(tree->read("iscsi/version"));
  server_.reset();
  EXPECT_EQ(tree->read("iscsi/version").error().errnum, ENOENT);
  serve();
  EXPECT_TRUE(tree->read("iscsi/version"));
}

/// Answers when it is let go.
class TreeThatIsLetGo : public Tree {
 public:
  BatchResult batch(std::span<const Operation> operations) override {
    if (operations.front().path == "hang") released_.wait(false);
    BatchResult result;
    result.answers.resize(operations.size());
    return result;
  }
  Result<Node> read_tree(std::string_view, const ReadFilter&) override { return Node{}; }
  Result<std::unique_ptr<Watch>> watch(std::string_view) override { return system_error(ENOSYS, "watch"); }
  [[nodiscard]] bool transactional() const override { return true; }
  void release() {
    released_ = true;
    released_.notify_all();
  }

 private:
  std::atomic<bool> released_ = false;
};

TEST_F(RemoteTreeTest, ARequestHasADeadlineAndOthersGoOn) {
  TreeThatIsLetGo hanging;
  auto server = Server::listen(options_, hanging);
  ASSERT_TRUE(server);
  const auto impatient = connect_remote(options_.socket_path, 50);
  ASSERT_TRUE(impatient);
  EXPECT_TRUE((*impatient)->transactional());
  EXPECT_EQ((*impatient)->make_dir("hang").error().errnum, ETIMEDOUT);
  EXPECT_TRUE(connect()->make_dir("other"));
  EXPECT_TRUE((*impatient)->make_dir("again"));
  hanging.release();
  (*server)->stop();
}

}  // namespace
}  // namespace lunet::configfs
