// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/validate/test_findings.h"

namespace lunet::config {

static std::string credentials(std::string_view inside) {
  return found_in(in_tpg("acl iqn.1994-05.com.example:h {\n" + std::string(inside) + "\n}"));
}

TEST(Chap, UserAndPasswordBelongTogether) {
  EXPECT_THAT(credentials("auth userid u"), testing::HasSubstr("auth userid: 'userid' has no 'password'"));
  EXPECT_THAT(credentials("auth password abcdefghijkl"),
              testing::HasSubstr("auth password: 'password' has no 'userid'"));
  EXPECT_EQ(credentials("auth { userid \"\"; password \"\" }"), "") << "empty is none";
  EXPECT_THAT(credentials("auth { userid u; password abcdefghijkl; mutual_userid v }"),
              testing::HasSubstr("auth mutual_userid: 'userid_mutual' has no 'password_mutual'"));
}

TEST(Chap, MutualNeedsTheOtherDirectionAndAnotherSecret) {
  EXPECT_THAT(credentials("auth { userid_mutual v; password_mutual abcdefghijkl }"),
              testing::HasSubstr("mutual CHAP needs 'userid' and 'password' too"));
  EXPECT_THAT(
      credentials("auth { userid u; password abcdefghijkl; userid_mutual v; password_mutual abcdefghijkl }"),
      testing::AllOf(testing::HasSubstr("both directions have the same secret"),
                     testing::Not(testing::HasSubstr("abcdef"))));
}

TEST(Chap, CredentialsThatNobodyAsksForAreWarnedOf) {
  EXPECT_THAT(credentials("auth { userid u; password abcdefghijkl }\nattribute authentication 0"),
              testing::AllOf(testing::StartsWith("warning: "), testing::HasSubstr("none are asked for")));
  EXPECT_EQ(credentials("auth { userid u; password abcdefghijkl }\nattribute authentication 1"), "");
  EXPECT_EQ(credentials("auth { userid u; password abcdefghijkl }"), "");
}

TEST(Chap, DiscoveryThatNobodyCanPassIsWarnedOf) {
  EXPECT_THAT(found_in("fabric iscsi discovery_auth enable yes"),
              testing::HasSubstr("warning: fabric iscsi discovery_auth enable: discovery needs CHAP"));
  EXPECT_EQ(found_in("fabric iscsi discovery_auth { enable yes; userid u; password abcdefghijkl }"), "");
}

}  // namespace lunet::config
