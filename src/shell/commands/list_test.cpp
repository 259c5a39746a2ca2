// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ListCommand, ObjectsOfAKindAsRows) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("list disks -H -p -o name,size"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "d1\t1048576\n");
  lab.console.out.clear();
  EXPECT_EQ(lab.run("/iscsi list luns -H -o path,storage_object"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "/iscsi/iqn.2003-01.org.example:t1/tpg1/luns/lun0\t/backstores/fileio/d1\n");
  lab.console.out.clear();
  EXPECT_EQ(lab.run("list disks -o name,size"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "NAME    SIZE\nd1    1.0MiB\n");
}

TEST(ListCommand, UnknownKindsAndColumns) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("list disk"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("did you mean 'disks'?"));
  EXPECT_EQ(lab.run("list disks -o nothing"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("the columns are path,name"));
}

}  // namespace
}  // namespace lunet::shell
