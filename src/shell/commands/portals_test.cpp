// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;

TEST(Portals, HaveDefaultsAndBracketsAroundIpv6) {
  Lab lab;
  for (const char* words :
       {"/iscsi/t/tpg1/portals create", "/iscsi/t/tpg1/portals create 127.0.0.1 0",
        "/iscsi/t/tpg1/portals create ip_address=2001:db8::1 ip_port=860",
        "/iscsi/t/tpg1/portals create ip=[::1]", "/iscsi/t/tpg1/portals delete 127.0.0.1 0",
        "/iscsi/t/tpg1/portals delete port=3260 ip=::0"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::done) << words << lab.console.err;
  }
  EXPECT_THAT(lab.runtime.fake.calls,
              ElementsAre("create_portal t:1 [::0] 3260", "create_portal t:1 127.0.0.1 0",
                          "create_portal t:1 [2001:db8::1] 860", "create_portal t:1 [::1] 3260",
                          "delete_portal t:1 127.0.0.1 0", "delete_portal t:1 [::0] 3260"));
}

TEST(Portals, RefuseWhatIsNoPort) {
  Lab lab;
  for (const char* words :
       {"/iscsi/t/tpg1/portals create 127.0.0.1 65536", "/iscsi/t/tpg1/portals create 127.0.0.1 x",
        "/iscsi/t/tpg1/portals delete 127.0.0.1"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::usage) << words;
  }
}

}  // namespace
}  // namespace lunet::shell
