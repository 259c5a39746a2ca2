// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

struct Inspection : testing::Test {
  Inspection() { lab.runtime.tree = sample_tree(); }
  Lab lab;
};

TEST_F(Inspection, InfoListsWhatIsKnownInOrder) {
  EXPECT_EQ(lab.run("/backstores/fileio/d1 info"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "dev: /srv/d1.img\nname: d1\nsize: 1048576\nwrite_back: true\n");
  EXPECT_EQ(lab.run("/backstores/fileio/d2 info"), ExitStatus::failed);
  EXPECT_EQ(lab.run("/backstores info"), ExitStatus::usage);
}

TEST_F(Inspection, StatusIsTheSummaryLine) {
  EXPECT_EQ(lab.run("/iscsi status"), ExitStatus::done);
  EXPECT_EQ(lab.run("/iscsi/iqn.2003-01.org.example:t1/tpg1/portals/[::0]:3260 status"), ExitStatus::done);
  EXPECT_EQ(lab.console.out,
            "Status for /iscsi: Targets: 1\n"
            "Status for /iscsi/iqn.2003-01.org.example:t1/tpg1/portals/[::0]:3260: OK\n");
}

TEST_F(Inspection, StatusOfTheRootIsTheSyncState) {
  lab.runtime.fake.comparison.generation = 2;
  EXPECT_EQ(lab.run("status"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "Status for /: in sync with generation 2\n");
  lab.console.out.clear();
  lab.runtime.fake.comparison.differences = {{service::SyncKind::pending, {}, "disk d1 is missing"},
                                             {service::SyncKind::degraded, {}, "portal x: taken"}};
  EXPECT_EQ(lab.run("status"), ExitStatus::done);
  EXPECT_EQ(lab.console.out,
            "Status for /: 1 pending, 1 degraded (generation 2)\ndisk d1 is missing\nportal x: taken\n");
}

TEST_F(Inspection, VersionIsOursAtTheRootAndThePluginsBelow) {
  EXPECT_EQ(lab.run("version"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("lunet ", 0), 0U);
  lab.console.out.clear();
  node_at(lab.runtime.tree, "/backstores/fileio/d1").details = {{"plugin", "fileio"}, {"version", "v5.0"}};
  EXPECT_EQ(lab.run("/backstores/fileio/d1 version"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "fileio v5.0\n");
  EXPECT_EQ(lab.run("/iscsi version"), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
