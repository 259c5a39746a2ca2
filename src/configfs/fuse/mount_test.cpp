// SPDX-License-Identifier: Apache-2.0
// A mounted tree, used with the system's own calls.
#include "configfs/fuse/mount.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "configfs/kernel_tree.h"
#include "configfs/model/memory_tree.h"
#include "tests/support/lio_differences.h"
#include "tests/support/lio_replay.h"

namespace lunet::configfs {
namespace {

namespace fs = std::filesystem;

class MountTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = (fs::temp_directory_path() / "lunet-mount-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    auto made = make_mount(*tree_, folder_);
    ASSERT_TRUE(made) << made.error().message;
    mount_ = std::move(*made);
    server_ = std::thread([this] { EXPECT_TRUE(mount_->serve()); });
  }
  void TearDown() override {
    if (server_.joinable()) {
      EXPECT_EQ(::umount2(folder_.c_str(), 0), 0) << std::strerror(errno);
      server_.join();
    }
    mount_.reset();
    fs::remove(folder_);
  }
  static int write(const std::string& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (file < 0) return errno;
    const int status = ::write(file, text.data(), text.size()) < 0 ? errno : 0;
    ::close(file);
    return status;
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::unique_ptr<Tree> tree_ = make_memory_tree(Flavour::kernel);
  std::string folder_;
  std::unique_ptr<Mount> mount_;
  std::thread server_;
};

TEST_F(MountTest, ADiskIsMadeWithSystemCallsAndSeenInTheTree) {
  const std::string disk = folder_ + "/core/rd_mcp_3/rd0";
  ASSERT_TRUE(fs::create_directories(disk));
  EXPECT_EQ(write(disk + "/control", "rd_pages=16"), 0);
  EXPECT_EQ(write(disk + "/enable", "1\n"), 0);
  EXPECT_EQ(read(disk + "/enable"), "1\n");
  EXPECT_EQ(*tree_->read("core/rd_mcp_3/rd0/enable"), "1\n");
  EXPECT_EQ(write(disk + "/enable", "1\n"), EEXIST);
  EXPECT_EQ(write(disk + "/info", "x"), EACCES);
  EXPECT_EQ(write(disk + "/nothing", "x"), ENOENT);
  EXPECT_EQ(::rmdir((folder_ + "/core").c_str()) == 0 ? 0 : errno, EPERM);
}

TEST_F(MountTest, WhatOthersChangeIsSeenAtOnce) {
  EXPECT_FALSE(fs::exists(folder_ + "/core/rd_mcp_0"));
  ASSERT_TRUE(tree_->make_dir("core/rd_mcp_0"));
  EXPECT_TRUE(fs::exists(folder_ + "/core/rd_mcp_0"));
  ASSERT_TRUE(tree_->remove_dir("core/rd_mcp_0"));
  EXPECT_FALSE(fs::exists(folder_ + "/core/rd_mcp_0"));
}

TEST_F(MountTest, TheKernelsTreeReadsItLikeTheKernels) {
  KernelTree through(folder_);
  ASSERT_TRUE(through.make_dir("core/rd_mcp_0"));
  ASSERT_TRUE(through.make_dir("core/rd_mcp_0/rd0"));
  ASSERT_TRUE(through.write("core/rd_mcp_0/rd0/control", "rd_pages=16"));
  ASSERT_TRUE(through.write("core/rd_mcp_0/rd0/enable", "1"));
  const auto mounted = through.read_tree("core", {.state = true});
  const auto direct = tree_->read_tree("core", {.state = true});
  ASSERT_TRUE(mounted && direct);
  const Node* disk = mounted->at("rd_mcp_0/rd0/attrib");
  ASSERT_NE(disk, nullptr);
  for (const Node& file : direct->at("rd_mcp_0/rd0/attrib")->nodes) {
    EXPECT_EQ(disk->value(file.entry.name), file.text) << file.entry.name;
  }
}

TEST_F(MountTest, RebuildsTheGoldenTreeAndItsErrors) {
  KernelTree through(folder_);
  const test::LioOptions options;
  ASSERT_TRUE(through.batch(test::lio_setup(options)));
  EXPECT_EQ(
      test::describe(test::unexplained(test::compare_with_lio(through, test::golden_text("lio-tree.txt"),
                                                              test::golden_text("lio-values.txt"), options),
                                       {test::kernel_model_differences(), test::kernel_only_differences()})),
      "");
  EXPECT_EQ(test::describe(test::unexplained(
                test::replay_lio_errors(through, test::golden_text("lio-errors.txt"), options),
                {test::errors_differences()})),
            "");
}

TEST(MountErrors, AFolderThatIsNotThereIsNamed) {
  const auto tree = make_memory_tree(Flavour::kernel);
  const auto refused = make_mount(*tree, "/nonexistent/folder");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, ENOENT);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("/nonexistent/folder"));
}

}  // namespace
}  // namespace lunet::configfs
