// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/portal_address.h"

#include <gtest/gtest.h>

namespace lunet::configfs {
namespace {

TEST(PortalAddress, HasAFamilyAnAddressAndAPort) {
  const auto four = parse_portal("192.0.2.1:3260");
  ASSERT_TRUE(four);
  EXPECT_FALSE(four->ipv6);
  EXPECT_EQ(four->port, 3260);
  EXPECT_EQ(four->bytes[0], 192);
  const auto six = parse_portal("[fe80::1%eth0]:0");
  ASSERT_TRUE(six);
  EXPECT_TRUE(six->ipv6);
  EXPECT_EQ(six->scope, "eth0");
}

TEST(PortalAddress, IsTheSameHoweverItIsWritten) {
  EXPECT_EQ(parse_portal("[::0]:3260"), parse_portal("[::]:3260"));
  EXPECT_TRUE(parse_portal("[::0]:1")->is_wildcard());
  EXPECT_TRUE(parse_portal("0.0.0.0:1")->is_wildcard());
  EXPECT_NE(parse_portal("[::1]:1"), parse_portal("[::1]:2"));
}

TEST(PortalAddress, OtherTextsAreNone) {
  for (const char* bad :
       {"", ":", "bad", "127.0.0.1:99999", "[::1]", "::1:3260", "[]:1", "127.0.0.1:+1", "[::1%]:1"})
    EXPECT_FALSE(parse_portal(bad)) << bad;
}

}  // namespace
}  // namespace lunet::configfs
