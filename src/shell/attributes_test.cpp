// SPDX-License-Identifier: Apache-2.0
#include "shell/attributes.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

TEST(Attributes, KnowTypeAndSentence) {
  EXPECT_EQ(find_setting("attribute", "block_size").type, SettingType::number);
  EXPECT_FALSE(find_setting("attribute", "block_size").description.empty());
  EXPECT_EQ(find_setting("parameter", "InitialR2T").type, SettingType::yes_no);
  EXPECT_EQ(find_setting("attribute", "of_the_future").type, SettingType::text);
  EXPECT_EQ(find_setting("auth", "block_size").type, SettingType::text);
}

TEST(Attributes, NormaliseValues) {
  const Setting number = find_setting("attribute", "emulate_tpu");
  EXPECT_EQ(*normalise(number, "1"), "1");
  EXPECT_EQ(*normalise(number, "-1"), "-1");
  EXPECT_EQ(*normalise(number, "Yes"), "1");
  EXPECT_EQ(*normalise(number, "false"), "0");
  EXPECT_FALSE(normalise(number, "many"));
  EXPECT_FALSE(normalise(number, ""));
  const Setting yes_no = find_setting("parameter", "InitialR2T");
  EXPECT_EQ(*normalise(yes_no, "yes"), "Yes");
  EXPECT_EQ(*normalise(yes_no, "0"), "No");
  EXPECT_FALSE(normalise(yes_no, "2"));
  EXPECT_EQ(*normalise(find_setting("auth", "userid"), ""), "");
}

TEST(Attributes, KnowSecretsAndTheirNames) {
  EXPECT_TRUE(is_secret("auth", "password"));
  EXPECT_TRUE(is_secret("discovery_auth", "password_mutual"));
  EXPECT_FALSE(is_secret("auth", "userid"));
  EXPECT_FALSE(is_secret("attribute", "password"));
  EXPECT_EQ(other_credential_name("mutual_userid"), "userid_mutual");
  EXPECT_EQ(other_credential_name("password_mutual"), "mutual_password");
  EXPECT_EQ(other_credential_name("userid"), "");
}

}  // namespace
}  // namespace lunet::shell
