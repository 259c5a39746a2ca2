// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/validate/test_findings.h"

namespace lunet::config {

static std::string portals(std::string_view first, std::string_view second, bool one_target = true) {
  TestMachine machine;
  machine.addresses = {"192.0.2.5", "2001:db8::5"};
  return found_in("fabric iscsi { target iqn.2003-01.org.example:t {\ntpgt 1 portal " + std::string(first) +
                      "\n" + (one_target ? "" : "}\ntarget iqn.2003-01.org.example:u {\n") +
                      "tpgt 2 portal " + std::string(second) + "\n} }",
                  &machine);
}

TEST(Portals, AllAddressesTakeThePortOfEach) {
  EXPECT_THAT(portals("0.0.0.0:3260", "192.0.2.5:3260"),
              testing::HasSubstr("takes the port on all addresses"));
  EXPECT_THAT(portals("192.0.2.5:3260", "[::0]:3260", false),
              testing::HasSubstr("takes the port on all addresses"));
  EXPECT_EQ(portals("0.0.0.0:3260", "[2001:db8::5]:3260"), "") << "IPv4 only";
  EXPECT_EQ(portals("0.0.0.0:3260", "192.0.2.5:3261"), "");
  EXPECT_EQ(portals("0.0.0.0:0", "192.0.2.5:0"), "") << "free ports";
}

TEST(Portals, TwoPortalGroupsOfATargetCannotShareOne) {
  EXPECT_THAT(portals("192.0.2.5:3260", "192.0.2.5:3260"),
              testing::HasSubstr("same portal of the same target"));
  EXPECT_EQ(portals("192.0.2.5:3260", "192.0.2.5:3260", false), "") << "two targets can";
}

TEST(Portals, AnAddressThatIsNotThereIsPending) {
  EXPECT_EQ(
      portals("192.0.2.6:3260", "[2001:db8::5]:3260"),
      "pending: fabric iscsi target iqn.2003-01.org.example:t tpgt 1 portal 192.0.2.6:3260: no interface of "
      "this machine has the address 192.0.2.6; the portal waits for it\n");
}

}  // namespace lunet::config
