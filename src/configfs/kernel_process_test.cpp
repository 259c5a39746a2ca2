// SPDX-License-Identifier: Apache-2.0
// The helper process over a plain folder, and over a tree in which some calls never come back.
#include "configfs/kernel_process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "configfs/kernel_tree.h"
#include "configfs/path.h"
#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

namespace fs = std::filesystem;

/// Never comes back from a call on "stuck", as if the kernel did not.
class HangingGuard : public CallGuard {
 public:
  explicit HangingGuard(CallGuard& outer) : outer_(outer) {}
  bool enter(Verb verb, std::string_view path, std::size_t index) override {
    if (!outer_.enter(verb, path, index)) return false;
    while (base_name(path) == "stuck") ::pause();
    return true;
  }

 private:
  CallGuard& outer_;
};

class HangingTree : public KernelTree {
 public:
  HangingTree(const std::string& root, std::unique_ptr<HangingGuard> guard)
      : KernelTree(root, guard.get()), guard_(std::move(guard)) {}

 private:
  std::unique_ptr<HangingGuard> guard_;
};

class KernelProcessTest : public testing::Test {
 protected:
  KernelProcessTest() {
    fs::create_directories(dir_ / "core/a");
    fs::create_directories(dir_ / "core/b");
    put("core/a/value", "1");
    put("core/b/value", "2");
  }
  void put(const std::string& path, const std::string& text) { std::ofstream(dir_ / path) << text; }
  KernelProcess make() {
    const std::string root = dir_.path();
    return KernelProcess(
        [root](CallGuard* guard) {
          return std::make_unique<HangingTree>(root, std::make_unique<HangingGuard>(*guard));
        },
        std::make_unique<KernelTree>(root), {.patience_ms = 200, .stuck_folder = {}});
  }
  const test::ScratchDir dir_;
};

/// This process has no other children.
std::vector<pid_t> helpers() {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    pid_t process = 0;
    pid_t parent = 0;
    std::string name;
    char state = 0;
    if (file >> process >> name >> state >> parent && parent == ::getpid()) found.push_back(process);
  }
  return found;
}

TEST_F(KernelProcessTest, TheHelperIsThereFromTheStartToTheEnd) {
  {
    KernelProcess tree = make();
    EXPECT_THAT(helpers(), testing::IsEmpty());
    ASSERT_TRUE(tree.start());
    EXPECT_THAT(helpers(), testing::SizeIs(1));
    ASSERT_TRUE(tree.start());
    EXPECT_THAT(helpers(), testing::SizeIs(1));
  }
  EXPECT_THAT(helpers(), testing::IsEmpty());
}

TEST_F(KernelProcessTest, AHelperThatDiedIsReplaced) {
  KernelProcess tree = make();
  ASSERT_TRUE(tree.start());
  const auto before = helpers();
  ASSERT_THAT(before, testing::SizeIs(1));
  ASSERT_EQ(::kill(before[0], SIGKILL), 0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(before[0]), &info, WEXITED | WNOWAIT), 0);
  const auto value = tree.read("core/a/value");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(*value, "1");
  EXPECT_THAT(helpers(), testing::AllOf(testing::SizeIs(1), testing::Not(testing::Contains(before[0]))));
}

TEST_F(KernelProcessTest, WhatTheHelperRunsHasNothingOfIt) {
  const std::string root = dir_.path();
  const std::string left = dir_ / "left";
  const std::string pipe = dir_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Fd writer(::open(pipe.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(writer);
  {
    KernelProcess tree(
        [&](CallGuard* guard) {
          // As a module's install command may: it goes on after the helper, here as long as this test.
          static_cast<void>(std::system(fmt::format("exec 4<{}; cat <&4 & echo $! >{}", pipe, left).c_str()));
          return std::make_unique<KernelTree>(root, guard);
        },
        std::make_unique<KernelTree>(root), {});
    ASSERT_TRUE(tree.read("core/a/value"));
  }
  pid_t process = 0;
  std::ifstream(left) >> process;
  ASSERT_GT(process, 0);
  std::vector<std::string> files;
  std::error_code closed;  // files of the loader come and go
  for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", process)))
    files.push_back(fs::read_symlink(entry.path(), closed));
  EXPECT_THAT(files, testing::SizeIs(testing::Ge(3)));
  EXPECT_THAT(files, testing::Not(testing::Contains(testing::StartsWith("socket:"))));
}

TEST_F(KernelProcessTest, AnswersAsTheTreeDoes) {
  KernelProcess tree = make();
  EXPECT_EQ(*tree.read("core/a/value"), "1");
  ASSERT_TRUE(tree.write("core/a/value", "5"));
  ASSERT_TRUE(tree.make_dir("core/c"));
  EXPECT_EQ(tree.list("core")->size(), 3U);
  const auto missing = tree.read("core/x");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().errnum, ENOENT);
  const auto node = tree.read_tree("core", {.state = true});
  ASSERT_TRUE(node);
  EXPECT_EQ(node->value("a/value"), "5");
  EXPECT_EQ(tree.read_tree("nobody", {}).error().errnum, ENOENT);
}

TEST_F(KernelProcessTest, ACallThatDoesNotComeBackStopsOnlyItsObject) {
  KernelProcess tree = make();
  fs::create_directories(dir_ / "core/a/stuck");
  const std::vector<Operation> operations = {{Verb::write, "core/b/value", "3"},
                                             {Verb::remove_dir, "core/a/stuck", {}},
                                             {Verb::write, "core/b/value", "4"}};
  const BatchResult result = tree.batch(operations);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, 1U);
  EXPECT_EQ(result.answers.size(), 1U);
  EXPECT_EQ(result.failure->error.errnum, stuck_errnum);
  EXPECT_NE(result.failure->error.message.find("stuck in the kernel"), std::string::npos);
  const auto written = tree.read("core/b/value");
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(*written, "3");
  ASSERT_TRUE(tree.write("core/b/value", "6"));

  const auto again = tree.make_dir("core/a/stuck");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().errnum, not_tried_errnum);
}

TEST_F(KernelProcessTest, WhatIsBeingRemovedIsNamed) {
  KernelProcess tree = make();
  fs::create_directories(dir_ / "core/a/stuck");
  ASSERT_FALSE(tree.remove_dir("core/a/stuck"));
  const auto node = tree.read_tree("", {});
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(node->at("core/a")->errnum, stuck_errnum);
  EXPECT_EQ(node->at("core/a")->text, "stuck");
}

TEST_F(KernelProcessTest, WhatIsStuckIsShownAsSuchAndTheRestIsRead) {
  KernelProcess tree = make();
  put("core/a/stuck", "?");
  const auto node = tree.read_tree("core", {.state = true});
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(node->value("b/value"), "2");
  EXPECT_EQ(node->value("a/value"), "1");
  ASSERT_NE(node->at("a/stuck"), nullptr);
  EXPECT_EQ(node->at("a/stuck")->errnum, stuck_errnum);
  EXPECT_EQ(tree.read_tree("core/a/stuck", {}).error().errnum, stuck_errnum);
}

}  // namespace
}  // namespace lunet::configfs
