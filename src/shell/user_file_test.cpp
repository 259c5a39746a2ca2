// SPDX-License-Identifier: Apache-2.0
#include "shell/user_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "shell/test_user.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;

TEST(UserFile, IsChangedUnderALockAndReadAgain) {
  const UserFolder folder;
  const std::string path = folder.path() + "/deeper/file";
  EXPECT_THAT(read_lines(path), ElementsAre());
  for (const char* line : {"a=1", "b=2"}) {
    EXPECT_TRUE(change_lines(path, [&](std::vector<std::string>& lines) -> Result<> {
      lines.emplace_back(line);
      return {};
    }));
  }
  EXPECT_THAT(read_lines(path), ElementsAre("a=1", "b=2"));
}

TEST(UserFile, StaysAsItIsWhenTheChangeFails) {
  const UserFolder folder;
  const std::string path = folder.path() + "/file";
  const auto add = [](std::vector<std::string>& lines) -> Result<> {
    lines.emplace_back("x");
    return {};
  };
  EXPECT_TRUE(change_lines(path, add));
  EXPECT_FALSE(change_lines(path, [](std::vector<std::string>& lines) -> Result<> {
    lines.clear();
    return Error{EINVAL, "no", {}};
  }));
  EXPECT_THAT(read_lines(path), ElementsAre("x"));
}

TEST(UserFile, LinesAreFoundSetAndRemoved) {
  std::vector<std::string> lines = {"# kept", "name=1", "names=2"};
  std::string value;
  EXPECT_EQ(find_line(lines, "nam", value), nullptr);
  ASSERT_NE(find_line(lines, "name", value), nullptr);
  EXPECT_EQ(value, "1");
  const std::string other = "a=b";
  set_line(lines, "name", &other);
  set_line(lines, "new", &other);
  set_line(lines, "names", nullptr);
  EXPECT_THAT(lines, ElementsAre("# kept", "name=a=b", "new=a=b"));
}

TEST(UserFile, TheFolderIsTargetclisOrXdgsOrInTheHome) {
  const char* before = std::getenv("TARGETCLI_HOME");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TARGETCLI_HOME", "/a", 1);
  EXPECT_EQ(user_folder(), "/a");
  ::unsetenv("TARGETCLI_HOME");
  ::setenv("XDG_CONFIG_HOME", "/b", 1);
  EXPECT_EQ(user_folder(), "/b/lunet");
  ::unsetenv("XDG_CONFIG_HOME");
  ::setenv("HOME", "/c", 1);
  EXPECT_EQ(user_folder(), "/c/.config/lunet");
  if (!kept.empty()) ::setenv("TARGETCLI_HOME", kept.c_str(), 1);
}

}  // namespace
}  // namespace lunet::shell
