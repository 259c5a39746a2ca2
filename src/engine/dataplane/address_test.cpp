// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/address.h"

#include <gmock/gmock.h>

namespace lunet::dataplane {

TEST(Address, ReadsAndPrintsBothFamilies) {
  EXPECT_EQ(Address::parse("127.0.0.1:3260")->text(), "127.0.0.1:3260");
  EXPECT_EQ(Address::parse("[::0]:3260")->text(), "[::]:3260");
  EXPECT_TRUE(Address::parse("[::0]:0")->is_wildcard());
  EXPECT_TRUE(Address::parse("0.0.0.0:1")->is_wildcard());
  EXPECT_EQ(Address::parse("[::ffff:192.0.2.1]:5")->text(), "192.0.2.1:5");
}

TEST(Address, RefusesAnythingElse) {
  for (const char* text :
       {"", "bad", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "::1:3260", "[::1]", "host:1", "1.2.3:4"})
    EXPECT_FALSE(Address::parse(text)) << text;
}

}  // namespace lunet::dataplane
