// SPDX-License-Identifier: Apache-2.0
#include "shell/path_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/test_user.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;

bool always(const std::string& /*path*/) {
  return true;
}

TEST(PathHistory, GoesBackAndAhead) {
  PathHistory paths;
  std::vector<std::string> skipped;
  EXPECT_FALSE(paths.step(true, always, skipped));
  for (const char* path : {"/a", "/b", "/b", "/c"}) paths.enter(path);
  EXPECT_TRUE(paths.step(true, always, skipped));
  EXPECT_EQ(paths.current(), "/b");
  EXPECT_TRUE(paths.step(false, always, skipped));
  EXPECT_EQ(paths.current(), "/c");
  EXPECT_FALSE(paths.step(false, always, skipped));
  EXPECT_TRUE(paths.step(true, always, skipped));
  paths.enter("/d");
  EXPECT_FALSE(paths.step(false, always, skipped)) << "what lay ahead is forgotten";
  EXPECT_THAT(skipped, ElementsAre());
}

TEST(PathHistory, SkipsWhatIsGone) {
  PathHistory paths;
  for (const char* path : {"/a", "/gone", "/b"}) paths.enter(path);
  std::vector<std::string> skipped;
  EXPECT_TRUE(paths.step(true, [](const std::string& path) { return path != "/gone"; }, skipped));
  EXPECT_EQ(paths.current(), "/a");
  EXPECT_THAT(skipped, ElementsAre("/gone"));
  EXPECT_FALSE(paths.step(false, [](const std::string&) { return false; }, skipped));
  EXPECT_EQ(paths.current(), "/a");
}

TEST(PathHistory, IsThereForTheNextShell) {
  const UserFolder folder;
  PathHistory one(folder.path());
  one.enter("/a");
  one.enter("/b");
  std::vector<std::string> skipped;
  EXPECT_TRUE(one.step(true, always, skipped));
  PathHistory next(folder.path());
  EXPECT_EQ(next.current(), "/a");
  EXPECT_TRUE(next.step(false, always, skipped));
  EXPECT_EQ(next.current(), "/b");
}

}  // namespace
}  // namespace lunet::shell
