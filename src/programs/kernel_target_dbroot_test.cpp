// SPDX-License-Identifier: Apache-2.0
#include "programs/kernel_target_dbroot.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

namespace fs = std::filesystem;

class DbrootTest : public testing::Test {
 protected:
  DbrootTest()
      : root_(fs::path(folder_.path()) / "target"),
        wanted_(fs::path(folder_.path()) / "state"),
        default_(fs::path(folder_.path()) / "default") {
    fs::create_directories(root_ / "core/alua/lu_gps");
  }
  void has(const std::string& place) { std::ofstream(root_ / "dbroot") << place << '\n'; }
  std::string settle() {
    settle_dbroot(root_.string(), wanted_.string(), default_.string());
    std::ifstream file(root_ / "dbroot");
    std::string line;
    std::getline(file, line);
    return line;
  }
  const TestFolder folder_;
  const fs::path root_;
  const fs::path wanted_;
  const fs::path default_;
};

TEST_F(DbrootTest, TheKernelsDefaultIsMovedBeforeTheFirstDisk) {
  has(default_.string());
  EXPECT_EQ(settle(), wanted_);
  EXPECT_TRUE(fs::is_directory(wanted_ / "pr"));
  EXPECT_TRUE(fs::is_directory(wanted_ / "alua"));
  EXPECT_EQ(fs::status(wanted_ / "pr").permissions(), fs::perms::owner_all);
}

TEST_F(DbrootTest, TheKernelsDefaultStaysWhereSomebodyHasThatFolder) {
  fs::create_directories(default_);
  has(default_.string());
  EXPECT_EQ(settle(), default_);
  EXPECT_TRUE(fs::is_directory(default_ / "pr"));
}

TEST_F(DbrootTest, WhatAnotherToolChoseStaysAndGetsItsFolders) {
  const fs::path theirs = fs::path(folder_.path()) / "theirs";
  fs::create_directories(theirs);
  has(theirs.string());
  EXPECT_EQ(settle(), theirs);
  EXPECT_TRUE(fs::is_directory(theirs / "pr"));
  EXPECT_FALSE(fs::exists(wanted_));
}

TEST_F(DbrootTest, AKernelWithoutThatFileIsLeftAlone) {
  settle_dbroot(root_.string(), wanted_.string());
  EXPECT_FALSE(fs::exists(root_ / "dbroot"));
  EXPECT_FALSE(fs::exists(wanted_));
}

}  // namespace
}  // namespace lunet::programs
