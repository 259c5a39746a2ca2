// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::HasSubstr;

TEST(BookmarkCommand, NamesPathsThatStandAnywhere) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("/backstores/fileio bookmarks add f"), ExitStatus::done);
  EXPECT_EQ(lab.run("@f pwd"), ExitStatus::done);
  EXPECT_EQ(lab.run("@f/d1 pwd"), ExitStatus::done);
  EXPECT_EQ(lab.run("bookmarks show"), ExitStatus::done);
  EXPECT_EQ(lab.console.out,
            "Bookmarked /backstores/fileio as f.\n/backstores/fileio\n/backstores/fileio/d1\n"
            "f                /backstores/fileio\n");
  EXPECT_EQ(lab.run("bookmarks go f"), ExitStatus::done);
  EXPECT_EQ(lab.session.place.path, "/backstores/fileio");
  EXPECT_EQ(lab.run("bookmarks del f"), ExitStatus::done);
  EXPECT_EQ(lab.run("@f pwd"), ExitStatus::usage);
}

TEST(BookmarkCommand, SaysWhatIsWrong) {
  Lab lab;
  EXPECT_EQ(lab.run("bookmarks fly"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("bookmarks add|del|go NAME"));
  EXPECT_EQ(lab.run("bookmarks add"), ExitStatus::failed);
  EXPECT_EQ(lab.run("bookmarks go nowhere"), ExitStatus::failed);
  EXPECT_EQ(lab.run("bookmarks add a"), ExitStatus::done);
  EXPECT_EQ(lab.run("bookmarks add a"), ExitStatus::failed);
}

TEST(BookmarkCommand, EveryCreateSetsLast) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  lab.runtime.fake.report.created = "/backstores/fileio/d1";
  EXPECT_EQ(lab.run("/backstores/fileio create d1 /x 1M"), ExitStatus::done);
  EXPECT_EQ(lab.session.place.path, "/");
  lab.console.out.clear();
  EXPECT_EQ(lab.run("@last pwd"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "/backstores/fileio/d1\n");
}

}  // namespace
}  // namespace lunet::shell
