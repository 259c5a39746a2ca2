// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "base/fd.h"
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

service::Comparison with_drift(std::string_view text) {
  return {7, false, {{service::SyncKind::drift, {}, std::string(text)}}};
}

TEST(Restore, OfAnEmptyRuntimeAsksNobody) {
  Lab lab;
  lab.runtime.fake.comparison = with_drift("disk d1 does not run");
  lab.runtime.fake.comparison.nothing_runs = true;
  EXPECT_EQ(lab.run("restore"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("restore"));
}

TEST(Restore, OverDriftNeedsConsentAndListsIt) {
  Lab lab;
  lab.runtime.fake.comparison = with_drift("disk d1 is missing");
  EXPECT_EQ(lab.run("restore"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("disk d1 is missing"));
  EXPECT_THAT(lab.runtime.fake.calls, IsEmpty());
  lab.session.yes = true;
  EXPECT_EQ(lab.run("restore"), ExitStatus::done);
}

TEST(Restore, WithLeftoversIsStatus4) {
  Lab lab;
  lab.runtime.fake.report.left_out = 1;
  EXPECT_EQ(lab.run("restore /backstores/fileio/d1"), ExitStatus::incomplete);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("restore storage fileio disk d1"));
}

TEST(Diff, IsStatus3WhenThereAreDifferences) {
  Lab lab;
  EXPECT_EQ(lab.run("diff"), ExitStatus::done);
  lab.runtime.fake.comparison = with_drift("disk d1 is missing");
  EXPECT_EQ(lab.run("/iscsi/iqn.x/tpg1 diff"), ExitStatus::different);
  EXPECT_EQ(lab.runtime.fake.asked, "compare fabric iscsi target iqn.x tpgt 1");
  EXPECT_EQ(lab.console.out, "disk d1 is missing\n");
  EXPECT_EQ(lab.run("diff /backstores"), ExitStatus::failed);
  lab.session.json = true;
  EXPECT_EQ(lab.run("diff /backstores/fileio"), ExitStatus::different);
  EXPECT_THAT(lab.console.out, HasSubstr("\"kind\": \"drift\""));
}

TEST(Adopt, NamesTheObject) {
  Lab lab;
  EXPECT_EQ(lab.run("adopt /backstores/ramdisk/r1"), ExitStatus::done);
  EXPECT_EQ(lab.run("adopt"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("adopt storage rd_mcp disk r1", "adopt"));
}

TEST(ApplyFile, NeedsConsentForWhatIsLost) {
  Lab lab;
  char name[] = "/tmp/lunet-shell-XXXXXX";
  const Fd file(::mkstemp(name));
  ASSERT_EQ(::write(file.get(), "storage x", 9), 9);
  lab.runtime.fake.worries = {"the data in RAM disk r is lost"};
  EXPECT_EQ(lab.run(fmt::format("apply {}", name)), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("RAM disk r"));
  lab.session.yes = true;
  EXPECT_EQ(lab.run(fmt::format("apply {}", name)), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre(fmt::format("apply {} storage x", name)));
  ::unlink(name);
  EXPECT_EQ(lab.run(fmt::format("apply {}", name)), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
