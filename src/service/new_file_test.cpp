// SPDX-License-Identifier: Apache-2.0
#include "service/new_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <vector>

namespace lunet::service {
namespace {

class NewFileTest : public testing::Test {
 protected:
  NewFileTest() {
    std::string name = "/tmp/lunet-new-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~NewFileTest() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "d.img").string(); }
  std::filesystem::path folder_;
};

TEST_F(NewFileTest, HasItsNameOnlyWhenMadeAndIsWholeThen) {
  auto file = NewFile::prepare({path(), 4096, true});
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  ASSERT_TRUE(file->make());
  EXPECT_EQ(std::filesystem::file_size(path()), 4096U);
  file->remove();
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(NewFileTest, NeverTakesAnothersPlace) {
  auto file = NewFile::prepare({path(), 4096, true});
  ASSERT_TRUE(file);
  std::ofstream(path()) << "x";
  EXPECT_EQ(file->make().error().errnum, EEXIST);
  file->remove();
  EXPECT_EQ(std::filesystem::file_size(path()), 1U);
}

TEST_F(NewFileTest, IsKnownByItsMark) {
  store::MadeFile mark;
  {
    auto file = NewFile::prepare({path(), 4096, true});
    ASSERT_TRUE(file && file->make());
    mark = file->mark();
    file->keep();
  }
  std::ofstream((folder_ / "other").string()) << "x";
  std::filesystem::rename(path(), folder_ / "moved");
  std::filesystem::rename(folder_ / "other", path());
  EXPECT_FALSE(remove_made_file(mark));
  EXPECT_TRUE(std::filesystem::exists(path()));
  std::filesystem::rename(folder_ / "moved", path());
  // A foreign file that got the inode again within the tick that the birth is told in.
  store::MadeFile another = mark;
  ASSERT_NE(mark.handle, "") << "needs a file system that gives handles";
  another.handle.back() = another.handle.back() == '0' ? '1' : '0';
  EXPECT_FALSE(remove_made_file(another));
  EXPECT_TRUE(remove_made_file(mark));
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_FALSE(remove_made_file({path(), 0, 0, 0, {}}));
}

TEST_F(NewFileTest, TellsHowMuchIsAllocated) {
  std::vector<std::uint64_t> told;
  auto file =
      NewFile::prepare({path(), 130U << 20U, false, [&](std::uint64_t bytes) { told.push_back(bytes); }});
  ASSERT_TRUE(file && file->make());
  EXPECT_EQ(told, (std::vector<std::uint64_t>{64U << 20U, 128U << 20U, 130U << 20U}));
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_GE(status.st_blocks * 512, std::int64_t{130} << 20U);
}

TEST_F(NewFileTest, WhatDoesNotFitIsRefusedBeforeAnythingIsAllocated) {
  std::vector<std::uint64_t> told;
  const std::uint64_t size = std::uint64_t{1} << 61U;
  const auto file =
      NewFile::prepare({path(), size, false, [&](std::uint64_t bytes) { told.push_back(bytes); }});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().errnum, ENOSPC);
  EXPECT_EQ(told, std::vector<std::uint64_t>{size}) << "the end is told all the same";
}

}  // namespace
}  // namespace lunet::service
