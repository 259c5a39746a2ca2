// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(AccessCommand, SaysWhyAndWhatWouldChangeIt) {
  Lab lab;
  lab.runtime.work.accesses = {
      {"iqn.t", 1, false, {"it has no ACL"}, {"192.0.2.1:3260"}, {}, "/iscsi/iqn.t/tpg1/acls create iqn.i"},
      {"iqn.u", 1, true, {"it has an ACL"}, {}, {{0, "fileio/d1", true}}, ""}};
  EXPECT_EQ(lab.run("access explain iqn.i 192.0.2.1"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.work.calls, ElementsAre("access iqn.i 192.0.2.1"));
  EXPECT_EQ(lab.console.out,
            "/iscsi/iqn.t/tpg1: may NOT log in\n    it has no ACL\n    at 192.0.2.1:3260\n"
            "    `/iscsi/iqn.t/tpg1/acls create iqn.i` would change that\n"
            "/iscsi/iqn.u/tpg1: may log in\n    it has an ACL\n    LUN 0 is fileio/d1 (ro)\n");
  lab.console.out.clear();
  EXPECT_EQ(lab.run("access explain iqn.i -H -o target,enters"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "iqn.t\tno\niqn.u\tyes\n");
  EXPECT_EQ(lab.run("access deny iqn.i"), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
