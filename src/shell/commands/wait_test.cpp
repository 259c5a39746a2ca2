// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(WaitCommand, IsDoneWhenItIsSo) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("wait /backstores/fileio/d1 --for ready --timeout 0"), ExitStatus::done);
  EXPECT_EQ(lab.run("wait /backstores/fileio/none --for gone --timeout 0"), ExitStatus::done);
  EXPECT_EQ(lab.run("wait /iscsi --for sessions=0 --timeout 0"), ExitStatus::done);
}

TEST(WaitCommand, EndsWithTheReasonWhenTheTimeIsOver) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("wait /backstores/fileio/d1 --for gone --timeout 0"), ExitStatus::incomplete);
  EXPECT_THAT(lab.console.out, HasSubstr("/backstores/fileio/d1 is still there"));
  EXPECT_EQ(lab.run("wait /backstores/fileio/none --timeout 0"), ExitStatus::incomplete);
  node_at(lab.runtime.tree, "/backstores/fileio/d1").health = service::Health::bad;
  EXPECT_EQ(lab.run("wait /backstores --timeout 0"), ExitStatus::incomplete);
  EXPECT_EQ(lab.run("wait /backstores --for better"), ExitStatus::failed);
  EXPECT_EQ(lab.run("wait /backstores --timeout soon"), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
