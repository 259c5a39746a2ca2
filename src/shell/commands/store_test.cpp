// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(History, ListsGenerationsOldestFirst) {
  Lab lab;
  lab.runtime.generations = {{1, 1700000000, "root (0)", "/iscsi create"}, {2, 1700000060, "root (0)", "x"}};
  EXPECT_EQ(lab.run("history"), ExitStatus::done);
  EXPECT_THAT(lab.console.out,
              testing::MatchesRegex("     1  2023-.*  root \\(0\\)  /iscsi create\n     2  2023-.*\n"));
  lab.console.out.clear();
  EXPECT_EQ(lab.run("history 1"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("     2  ", 0), 0U);
}

TEST(History, OfAnEmptyStoreSaysSo) {
  Lab lab;
  EXPECT_EQ(lab.run("history"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("no generations yet"));
}

TEST(Restore, OfAnEmptyRuntimeAsksNobody) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  node_at(lab.runtime.tree, "/backstores/fileio").children.clear();
  node_at(lab.runtime.tree, "/iscsi").children.clear();
  lab.runtime.fake.differences = {"disk d1 is missing"};
  EXPECT_EQ(lab.run("restore"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("restore"));
}

TEST(Restore, OverDriftNeedsConsentAndListsIt) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  lab.runtime.fake.differences = {"disk d1 is missing"};
  EXPECT_EQ(lab.run("restore"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("disk d1 is missing"));
  EXPECT_THAT(lab.runtime.fake.calls, IsEmpty());
  lab.session.yes = true;
  EXPECT_EQ(lab.run("restore"), ExitStatus::done);
}

}  // namespace
}  // namespace lunet::shell
