// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ExplainCommand, ASettingAnErrorCodeAndAnObject) {
  Lab lab;
  EXPECT_EQ(lab.run("explain login_timeout"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("iscsi target tpgt attribute login_timeout\n"));
  lab.console.out.clear();
  EXPECT_EQ(lab.run("explain error E_DRIFT"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("What runs is not what is recorded, there."));
  lab.console.out.clear();
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("explain /backstores/fileio/d1"), ExitStatus::done);
  EXPECT_THAT(
      lab.console.out,
      HasSubstr("/backstores/fileio/d1: a disk\n    state: /srv/d1.img (1.0MiB) write-back activated\n"));
}

TEST(ExplainCommand, ADifferenceIsShownWithItsStatus) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  lab.runtime.fake.comparison.differences = {{service::SyncKind::drift, {}, "it differs"}};
  EXPECT_EQ(lab.run("explain /backstores/fileio/d1"), ExitStatus::different);
  EXPECT_THAT(lab.console.out, HasSubstr("    it differs\n"));
}

TEST(ExplainCommand, UnknownOnesSuggest) {
  Lab lab;
  EXPECT_EQ(lab.run("explain E_DRIFTS"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("'E_DRIFT'?"));
  EXPECT_EQ(lab.run("explain no_such_setting"), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
