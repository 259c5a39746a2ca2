// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(AluaCommands, MakeAndDeleteGroups) {
  Lab lab;
  EXPECT_EQ(lab.run("/backstores/fileio/d1/alua create slow 16"), ExitStatus::done);
  EXPECT_EQ(lab.run("/backstores/fileio/d1/alua delete slow"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.work.calls,
              ElementsAre("create_port_group fileio/d1 slow 16", "delete_port_group fileio/d1 slow"));
  EXPECT_EQ(lab.run("/backstores/fileio/d1/alua create slow many"), ExitStatus::usage);
}

TEST(AluaCommands, ValuesAreAGroupOfTheNode) {
  Lab lab;
  lab.runtime.fake.values = {{"alua_access_state", "0", true}};
  EXPECT_EQ(lab.run("/backstores/fileio/d1/alua/slow set alua alua_access_state=2"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.fake.asked, "storage fileio disk d1 alua");
  EXPECT_THAT(lab.runtime.fake.calls,
              ElementsAre("set_group storage fileio disk d1 alua alua_access_state=2"));
}

}  // namespace
}  // namespace lunet::shell
