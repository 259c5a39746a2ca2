// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "shell/text_file.h"

namespace lunet::shell {
namespace {

TEST(Files, AreReadWhole) {
  const TextFile file(std::string_view("a\0b\n", 4));
  EXPECT_EQ(*text_of_file(file.path()), std::string("a\0b\n", 4));
}

TEST(Files, ThatCannotBeReadAreNamed) {
  for (const char* path : {"/no/such/file", "/tmp"}) {
    const auto text = text_of_file(path);
    ASSERT_FALSE(text) << path;
    EXPECT_THAT(text.error().message, testing::HasSubstr(path));
  }
}

TEST(Files, AreReplacedWithTheModeThatIsWanted) {
  const TextFile file("before");
  ASSERT_TRUE(replace_file(file.path(), "after\n", 0644));
  EXPECT_EQ(*text_of_file(file.path()), "after\n");
  struct stat status{};
  ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0644U);
  const auto refused = replace_file("/no/such/folder/file", "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, ENOENT);
}

TEST(Files, ATildeIsTheHomeFolder) {
  ::setenv("HOME", "/home/u", 1);
  EXPECT_EQ(home_expanded("~/x.json"), "/home/u/x.json");
  EXPECT_EQ(home_expanded("~"), "/home/u");
  EXPECT_EQ(home_expanded("~other/x"), "~other/x");
  EXPECT_EQ(home_expanded("/a/~/x"), "/a/~/x");
}

TEST(Files, ChangesAreALineEach) {
  using Kind = service::PlannedStep::Kind;
  const config::Path disk{{config::ObjectClass::storage, "fileio"}, {config::ObjectClass::disk, "a b"}};
  EXPECT_THAT(change_lines({{Kind::created, disk}, {Kind::removed, disk}, {Kind::changed, disk, {"x", "y"}}}),
              testing::ElementsAre("+ storage fileio disk \"a b\"", "- storage fileio disk \"a b\"",
                                   "~ storage fileio disk \"a b\": x, y"));
}

}  // namespace
}  // namespace lunet::shell
