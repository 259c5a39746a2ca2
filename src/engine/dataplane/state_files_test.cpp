// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/state_files.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "engine/reactor/engines_test_support.h"

namespace lunet::dataplane {

namespace {

class StateFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "lunet-state-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static int save(StateFiles& files, const std::string& text) {
    auto reactor = reactor::epoll_reactors()();
    int answer = 1;
    files.save_reservations("a/b", text, **reactor, [&](int result) {
      answer = result;
      (*reactor)->stop();
    });
    (*reactor)->run();
    return answer;
  }
  std::string folder_;
};

}  // namespace

TEST_F(StateFilesTest, GivesBackWhatWasSavedLast) {
  StateFiles files(folder_ + "/pr");
  EXPECT_EQ(*files.reservations("a/b"), std::nullopt);
  EXPECT_EQ(save(files, "one"), 0);
  EXPECT_EQ(save(files, "two"), 0);
  EXPECT_EQ(*files.reservations("a/b"), "two");
  EXPECT_EQ(files.reservations_path("a/b"), folder_ + "/pr/aptpl_a_b");
  struct stat status{};
  ASSERT_EQ(::stat(files.reservations_path("a/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(StateFilesTest, SaysWhatWentWrongAndKeepsTheOldContent) {
  StateFiles files(folder_ + "/pr");
  ASSERT_EQ(save(files, "one"), 0);
  std::filesystem::create_directory(files.reservations_path("a/b") + ".new");
  EXPECT_EQ(save(files, "two"), -EISDIR);
  EXPECT_EQ(*files.reservations("a/b"), "one");
  StateFiles nowhere(folder_ + "/missing/pr");
  EXPECT_EQ(save(nowhere, "one"), -ENOENT);
}

TEST_F(StateFilesTest, IsNoPlaceWithoutAFolder) {
  const StateFiles files("");
  EXPECT_FALSE(files.usable());
  EXPECT_EQ(*files.reservations("a"), std::nullopt);
}

}  // namespace lunet::dataplane
