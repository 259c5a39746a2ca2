// SPDX-License-Identifier: Apache-2.0
#include "service/redact.h"

#include <gtest/gtest.h>

namespace lunet::service {
namespace {

TEST(Redact, TakesEverySecretAndNothingElse) {
  auto tree = *config::parse(
      "fabric iscsi {\n  discovery_auth { password first-secret-12 }\n  target iqn.x tpgt 1 {\n"
      "    auth { userid u; password second-secret-1 }\n"
      "    acl iqn.h auth { userid v; password third-secret-12; password_mutual third-secret }\n  }\n}\n",
      "test");
  const auto secrets = take_secrets(tree);
  EXPECT_EQ(secrets.size(), 4U);
  const std::string text = config::print(tree);
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
  EXPECT_NE(text.find("userid v"), std::string::npos) << text;
}

TEST(Redact, CleansTextsWhoeverWroteThem) {
  EXPECT_EQ(without_secrets("a abc ab b", {"abc", "ab"}), "a *** *** b");
  EXPECT_EQ(without_secrets("**", {"*"}), "******");
}

}  // namespace
}  // namespace lunet::service
