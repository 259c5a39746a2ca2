// SPDX-License-Identifier: Apache-2.0
#include "programs/places.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

using Variables = std::map<std::string, std::string>;

Places places_with(uid_t user, const Variables& variables) {
  return places_of(user, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

TEST(Places, OfRootAreTheSystems) {
  const Places places = places_with(0, {{"XDG_STATE_HOME", "/x"}, {"HOME", "/root"}});
  EXPECT_EQ(places.state_dir, "/var/lib/lunet");
  EXPECT_EQ(places.socket_path, "/run/lunet/lunetd.sock");
}

TEST(Places, OfOthersFollowTheirEnvironment) {
  Places places = places_with(1000, {{"XDG_STATE_HOME", "/s"}, {"XDG_RUNTIME_DIR", "/run/user/1000"}});
  EXPECT_EQ(places.state_dir, "/s/lunet");
  EXPECT_EQ(places.socket_path, "/run/user/1000/lunet/lunetd.sock");
  places = places_with(1000, {{"HOME", "/home/u"}});
  EXPECT_EQ(places.state_dir, "/home/u/.local/state/lunet");
  EXPECT_EQ(places.socket_path, "/tmp/lunet-1000/lunetd.sock");
  places = places_with(
      1000, {{"HOME", "/home/u"}, {"XDG_STATE_HOME", "relative"}, {"XDG_RUNTIME_DIR", "relative"}});
  EXPECT_EQ(places.state_dir, "/home/u/.local/state/lunet");
  EXPECT_EQ(places.socket_path, "/tmp/lunet-1000/lunetd.sock");
}

TEST(Places, AnotherStateFolderHasItsOwnSocket) {
  EXPECT_EQ(socket_for(default_places().state_dir), default_places().socket_path);
  EXPECT_EQ(socket_for(default_places().state_dir + "/"), default_places().socket_path);
  EXPECT_EQ(socket_for("/srv/other"), "/srv/other/lunetd.sock");
}

TEST(Places, PathsBecomeAbsolute) {
  EXPECT_EQ(absolute_path("/a/./b/../c"), "/a/c");
  EXPECT_EQ(absolute_path("x"), (std::filesystem::current_path() / "x").string());
}

TEST(PrivateFolder, IsMadeWithItsParents) {
  const TestFolder folder;
  const std::string path = folder.path() + "/a/b";
  ASSERT_TRUE(make_private_folder(path));
  EXPECT_EQ(mode_of(path), 0700U);
  EXPECT_EQ(mode_of(folder.path() + "/a"), 0700U);
  EXPECT_TRUE(make_private_folder(path));
  EXPECT_TRUE(make_private_folder(path + "/"));
}

TEST(PrivateFolder, ThatOthersMayWriteToIsRefused) {
  const TestFolder folder;
  const std::string path = folder.path() + "/open";
  ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
  const auto made = make_private_folder(path);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().errnum, EPERM);
}

TEST(PrivateFolder, IsNeitherALinkNorAFile) {
  const TestFolder folder;
  ASSERT_EQ(::symlink("/tmp", (folder.path() + "/link").c_str()), 0);
  ASSERT_FALSE(make_private_folder(folder.path() + "/link"));
  folder.write("file", "");
  ASSERT_FALSE(make_private_folder(folder.path() + "/file"));
  ASSERT_FALSE(make_private_folder(folder.path() + "/file/below"));
}

}  // namespace
}  // namespace lunet::programs
