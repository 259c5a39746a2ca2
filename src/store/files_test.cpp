// SPDX-License-Identifier: Apache-2.0
#include "store/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "store/test_folder.h"

namespace lunet::store {

using testing::HasSubstr;

TEST(Files, AppendWritesAtThePlace) {
  const TestFolder folder;
  folder.write("f", "abc");
  const auto file = open_file(folder.file("f"), O_RDWR);
  ASSERT_TRUE(file);
  ASSERT_TRUE(append(*file, "f", 3, "def"));
  EXPECT_EQ(folder.read("f"), "abcdef");
  EXPECT_EQ(*read_file(*file, "f", 4), "ef");
  EXPECT_EQ(*read_file(*file, "f", 40), "");
}

TEST(Files, AFailedAppendIsAnErrorThatNamesTheFile) {
  const TestFolder folder;
  folder.write("f", "abc");
  const auto file = open_file(folder.file("f"), O_RDONLY);
  ASSERT_TRUE(file);
  const auto written = append(*file, folder.file("f"), 3, "def");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().errnum, EBADF);
  EXPECT_THAT(written.error().message, HasSubstr("writing " + folder.file("f")));
}

TEST(Files, AFullDiskLeavesTheFileAsItWas) {
  const TestFolder folder;
  folder.write("f", "abc");
  Child child([&] {
    // As a full disk: writing goes up to a limit and then fails.
    const rlimit limit{10, 10};
    ::signal(SIGXFSZ, SIG_IGN);
    const auto file = open_file(folder.file("f"), O_RDWR);
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0 || !file) return 2;
    return append(*file, "f", 3, std::string(100, 'x')) ? 1 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(folder.read("f"), "abc");
}

TEST(Files, ReplaceLeavesNoTemporaryFile) {
  const TestFolder folder;
  ASSERT_TRUE(replace(folder.path(), "f", "f.new", "one"));
  ASSERT_TRUE(replace(folder.path(), "f", "f.new", "two"));
  EXPECT_EQ(folder.read("f"), "two");
  EXPECT_FALSE(folder.has("f.new"));
  EXPECT_EQ(replace(folder.file("none"), "f", "f.new", "x").error().errnum, ENOENT);
}

TEST(Files, NoLinkIsFollowed) {
  const TestFolder folder;
  folder.write("victim", "v");
  std::filesystem::create_symlink(folder.file("victim"), folder.file("f.new"));
  EXPECT_EQ(replace(folder.path(), "f", "f.new", "x").error().errnum, ELOOP);
  EXPECT_EQ(folder.read("victim"), "v");
}

TEST(Files, RootWorksForTheOwnerOfTheFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const TestFolder folder;
  ASSERT_EQ(::chown(folder.path().c_str(), 4711, 4712), 0);
  ASSERT_TRUE(replace(folder.path(), "f", "f.new", "x"));
  struct stat status{};
  ASSERT_EQ(::stat(folder.file("f").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 4711U);
  EXPECT_EQ(status.st_gid, 4712U);
}

}  // namespace lunet::store
