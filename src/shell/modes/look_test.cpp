// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"
#include "shell/text_file.h"

namespace lunet::shell::modes {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Show, IsRelativeAndHidesSecrets) {
  ModeLab lab;
  const std::string all = lab.run("show");
  EXPECT_THAT(all, HasSubstr("password ~keep~"));
  EXPECT_THAT(all, Not(HasSubstr("very-secret")));
  lab.run("edit storage fileio disk a");
  EXPECT_EQ(lab.run("show"), "path /srv/a.img\nsize 1048576\nwwn serial-a\n");
  EXPECT_EQ(lab.run("show size"), "size 1048576\n");
  EXPECT_THAT(lab.run("show all"), HasSubstr("emulate_tpu no"));
  EXPECT_THAT(lab.run("show nothing.*"), HasSubstr("nothing matches"));
}

TEST(Missing, IsADifference) {
  ModeLab lab;
  EXPECT_EQ(lab.run("missing"), "No required value is missing.\n");
  lab.run("set storage rd_mcp disk r");
  EXPECT_THAT(lab.run("missing"), HasSubstr("storage rd_mcp disk r size\n"));
  EXPECT_EQ(lab.status, ExitStatus::different);
  EXPECT_EQ(lab.run("missing storage fileio disk a"), "No required value is missing.\n");
}

TEST(Info, HasATableOfTheChangesTheNewestFirst) {
  ModeLab lab;
  lab.run("set storage fileio disk a size 2M");
  lab.run("delete storage fileio disk b");
  EXPECT_THAT(lab.run("info"), ContainsRegex("2     delete   .*storage fileio disk b\n"
                                             "1     set      .*storage fileio disk a size 2M\n"
                                             "0     began    .*generation 7\n"));
}

TEST(Info, SaysWhereAValueComesFrom) {
  ModeLab lab;
  const TextFile file("storage fileio disk a {\n    size 3M\n}\n");
  lab.run("merge " + file.path());
  const std::string said = lab.run("info storage fileio disk a size");
  EXPECT_THAT(said, HasSubstr("required: no"));
  EXPECT_THAT(said, HasSubstr("last change: merge, "));
  EXPECT_THAT(said, HasSubstr(file.path() + ":2:5"));
  EXPECT_THAT(lab.run("info storage fileio disk b path"),
              HasSubstr("before this candidate, in generation 7"));
}

TEST(Diff, SortsByWhatAChangeTakes) {
  ModeLab lab;
  EXPECT_EQ(lab.run("diff"), "Nothing differs.\n");
  lab.run("delete storage fileio disk b");
  EXPECT_EQ(lab.run("diff"), "Removed:\n  storage fileio disk b\n");
  EXPECT_EQ(lab.status, ExitStatus::different);
  EXPECT_EQ(lab.run("diff live"), "Removed:\n  storage fileio disk b\n");
  lab.run("diff 2");
  EXPECT_EQ(lab.lab.runtime.whole.asked, "tree of generation 5");
  EXPECT_THAT(lab.run("diff 99"), HasSubstr("with what?"));
}

TEST(Compare, IsThePatch) {
  ModeLab lab;
  lab.run("set storage fileio disk a size 2M");
  const std::string patch = "[edit storage fileio disk a]\n-  size 1048576\n+  size 2097152\n";
  EXPECT_EQ(lab.run("compare"), patch);
  EXPECT_EQ(lab.run("show | compare"), patch);
  EXPECT_EQ(lab.run("show | compare | count"), "Count: 3 lines\n");
}

TEST(Live, RunsACommandOfTheOtherMode) {
  ModeLab lab;
  EXPECT_THAT(lab.run("live show storage fileio disk a size"), HasSubstr("1048576"));
  EXPECT_THAT(lab.run("live fly"), HasSubstr("command not found"));
  EXPECT_TRUE(lab.editing.misused);
}

TEST(Run, RunsACommandOfTheShell) {
  ModeLab lab;
  lab.run("run pwd");
  EXPECT_EQ(lab.lab.console.out, "/\n");
}

}  // namespace
}  // namespace lunet::shell::modes
