// SPDX-License-Identifier: Apache-2.0
#include "shell/bookmarks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/test_user.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(BookmarkFile, KeepsNamesForPaths) {
  const UserFolder folder;
  Bookmarks bookmarks(folder.path());
  EXPECT_TRUE(bookmarks.add("t:1", "/iscsi/iqn.x"));
  EXPECT_TRUE(bookmarks.put("last", "/backstores/fileio/a=b"));
  EXPECT_TRUE(bookmarks.put("last", "/backstores/fileio/c=d"));
  EXPECT_THAT(Bookmarks(folder.path()).all(),
              ElementsAre(Pair("last", "/backstores/fileio/c=d"), Pair("t:1", "/iscsi/iqn.x")));
  EXPECT_TRUE(bookmarks.remove("last"));
  EXPECT_EQ(Bookmarks(folder.path()).find("last"), std::nullopt);
}

TEST(BookmarkFile, RefusesWhatIsThereOrIsNotOrIsNoName) {
  Bookmarks bookmarks;
  EXPECT_TRUE(bookmarks.add("a", "/"));
  EXPECT_EQ(bookmarks.add("a", "/iscsi").error().errnum, EEXIST);
  EXPECT_EQ(bookmarks.remove("b").error().errnum, ENOENT);
  for (const char* name : {"", "a b", "a/b", "a=b", "@a"})
    EXPECT_EQ(bookmarks.add(name, "/").error().errnum, EINVAL);
  EXPECT_EQ(bookmarks.find("a"), "/");
}

}  // namespace
}  // namespace lunet::shell
