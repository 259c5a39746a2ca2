// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

TEST(MountCommand, SaysWhereTheTreeIs) {
  Lab lab;
  EXPECT_EQ(lab.run("mount /mnt/target"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.mounted_at, "/mnt/target");
  EXPECT_EQ(lab.console.out, "Mounted the target tree at /mnt/target.\n");
}

TEST(MountCommand, AFolderThatIsNotThereFails) {
  Lab lab;
  EXPECT_EQ(lab.run("mount nowhere"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, testing::HasSubstr("nowhere"));
  EXPECT_EQ(lab.console.out, "");
}

TEST(MountCommand, WantsAFolder) {
  Lab lab;
  EXPECT_EQ(lab.run("mount"), ExitStatus::usage);
}

}  // namespace
}  // namespace lunet::shell
