// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"
#include "shell/text_file.h"

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

TEST(Restore, TellsTheSupervisorHowFarItIs) {
  Lab lab;
  lab.runtime.fake.report.left_out = 1;
  lab.runtime.fake.report.warnings = {"disk d1 is pending"};
  EXPECT_EQ(lab.run("restore wait=0"), ExitStatus::incomplete);
  EXPECT_THAT(
      lab.runtime.told,
      ElementsAre("READY=1\nSTATUS=degraded: 1 object is recorded and not running; disk d1 is pending"));
  lab.runtime.told.clear();
  lab.runtime.fake.report.left_out = 0;
  EXPECT_EQ(lab.run("restore wait=60"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.told, ElementsAre("READY=1\nSTATUS=ok: everything that is recorded runs"));
  lab.runtime.told.clear();
  lab.runtime.fake.failure = Error{EIO, "broken", {}};
  EXPECT_EQ(lab.run("restore wait=60"), ExitStatus::failed);
  EXPECT_THAT(lab.runtime.told, ElementsAre("STATUS=failed: broken"));
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

TEST(Diff, OfTwoGenerationsNeedsTheirRecordsOnly) {
  Lab lab;
  EXPECT_EQ(lab.run("diff 3 5"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "differences generation 3 and generation 5");
  lab.runtime.whole.changes = {{service::PlannedStep::Kind::changed,
                                {{config::ObjectClass::storage, "fileio"}, {config::ObjectClass::disk, "a"}},
                                {"size '1M' becomes '2M'", "aio becomes 'yes'"}}};
  EXPECT_EQ(lab.run("diff 3"), ExitStatus::different);
  EXPECT_EQ(lab.runtime.whole.asked, "differences generation 3 and newest");
  EXPECT_EQ(lab.console.out, "~ storage fileio disk a: size '1M' becomes '2M', aio becomes 'yes'\n");
  EXPECT_EQ(lab.run("diff x 5"), ExitStatus::failed);
}

TEST(Diff, OfAFileIsWhatItWouldRecord) {
  Lab lab;
  const TextFile file("storage x");
  lab.runtime.whole.planned.records = {
      {service::PlannedStep::Kind::created, {{config::ObjectClass::storage, "x"}}}};
  EXPECT_EQ(lab.run("diff " + file.path()), ExitStatus::different);
  EXPECT_EQ(lab.runtime.whole.asked, fmt::format("plan {} 'storage x'", file.path()));
  EXPECT_EQ(lab.console.out, "+ storage x\n");
}

TEST(Verify, SaysThatAllIsAsRecorded) {
  Lab lab;
  lab.runtime.fake.comparison.generation = 7;
  EXPECT_EQ(lab.run("verify"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "What runs is generation 7.\n");
  lab.runtime.fake.comparison = with_drift("disk d1 is missing");
  EXPECT_EQ(lab.run("verify --json"), ExitStatus::different);
}

TEST(History, ForgetsSecretsWhenAsked) {
  Lab lab;
  EXPECT_EQ(lab.run("history --forget-secrets"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.forgotten, 1);
}

}  // namespace
}  // namespace lunet::shell
