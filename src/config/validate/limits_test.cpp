// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/validate/test_findings.h"

namespace lunet::config {

TEST(Limits, LunsThatInitiatorsDoNotFind) {
  EXPECT_EQ(found_in(in_tpg("lun 255 backend rd_mcp:r")), "");
  EXPECT_THAT(found_in(in_tpg("lun 256 backend rd_mcp:r")),
              testing::AllOf(testing::StartsWith("warning: "), testing::HasSubstr("LUN 256 is above 255")));
  EXPECT_THAT(found_in(in_tpg("lun 16384 backend rd_mcp:r")),
              testing::AllOf(testing::StartsWith("fabric"), testing::HasSubstr("the highest is 16383")));
}

TEST(Limits, ShortSecretsAreWarnedOf) {
  EXPECT_EQ(found_in(in_tpg("auth { userid u; password abcdefghijkl }")), "");
  EXPECT_THAT(found_in(in_tpg("auth { userid u; password abcdefghijk }")),
              testing::AllOf(testing::HasSubstr("auth password: the secret has fewer than 12 bytes"),
                             testing::Not(testing::HasSubstr("abc"))));
}

TEST(Limits, NumbersOutsideOfTheirRangeAreErrors) {
  EXPECT_THAT(found_in("fabric iscsi target iqn.2003-01.org.example:t tpgt 65536 {}"),
              testing::HasSubstr("'65536' is not a whole number from 0 to 65535"));
  EXPECT_THAT(found_in(in_tpg("acl iqn.1994-05.com.example:h tcq_depth 0")),
              testing::HasSubstr("from 1 to 512"));
}

}  // namespace lunet::config
