// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(DoctorCommand, NamesEachProblemWithItsCure) {
  Lab lab;
  EXPECT_EQ(lab.run("doctor"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "Nothing is wrong.\n");
  lab.console.out.clear();
  lab.runtime.work.findings = {
      {service::Finding::Weight::broken, "/iscsi/t/tpg1", "it has no portal", "/iscsi/t/tpg1/portals create"},
      {service::Finding::Weight::idle, "/", "a module", "!modprobe x"}};
  EXPECT_EQ(lab.run("doctor"), ExitStatus::different);
  EXPECT_EQ(lab.console.out,
            "broken: /iscsi/t/tpg1: it has no portal\n    cure: lunet /iscsi/t/tpg1/portals create\n"
            "idle: /: a module\n    cure: modprobe x\n");
  lab.console.out.clear();
  EXPECT_EQ(lab.run("doctor -H -o weight"), ExitStatus::different);
  EXPECT_EQ(lab.console.out, "broken\nidle\n");
}

}  // namespace
}  // namespace lunet::shell
