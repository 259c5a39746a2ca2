// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Ls, ListsFromAnyNodeWithADepth) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("ls"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("o- / ...", 0), 0U);
  lab.console.out.clear();
  EXPECT_EQ(lab.run("/iscsi ls .. 1"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("o- backstores"));
  EXPECT_THAT(lab.console.out, Not(HasSubstr("o- fileio")));
  lab.console.out.clear();
  EXPECT_EQ(lab.run("ls depth=1 path=/backstores"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("o- backstores", 0), 0U);
}

TEST(Ls, OfSomethingThatIsNotThereFails) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("ls /backstores/fileio/d2"), ExitStatus::failed);
  EXPECT_EQ(lab.console.err,
            "error: no such path /backstores/fileio/d2\nhint: did you mean /backstores/fileio/d1?\n");
  EXPECT_EQ(lab.run("ls / many"), ExitStatus::usage);
}

TEST(Pwd, PrintsTheCanonicalPath) {
  Lab lab;
  EXPECT_EQ(lab.run("/backstores/rd_mcp/../iblock/ pwd"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "/backstores/block\n");
}

}  // namespace
}  // namespace lunet::shell
