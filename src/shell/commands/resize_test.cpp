// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ResizeCommand, TakesADiskASizeAndForce) {
  Lab lab;
  EXPECT_EQ(lab.run("resize /backstores/fileio/d1 2M"), ExitStatus::done);
  EXPECT_EQ(lab.run("/backstores/fileio/d1 resize 1M --force"), ExitStatus::done);
  EXPECT_EQ(lab.run("resize /backstores/block/b1"), ExitStatus::done);
  EXPECT_THAT(
      lab.runtime.work.calls,
      ElementsAre("resize fileio/d1 2097152", "resize fileio/d1 1048576 shrink", "resize iblock/b1 again"));
  EXPECT_EQ(lab.run("resize /iscsi 2M"), ExitStatus::usage);
}

}  // namespace
}  // namespace lunet::shell
