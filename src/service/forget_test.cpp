// SPDX-License-Identifier: Apache-2.0
#include "service/forget.h"

#include <cstdlib>

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

class Forgetting : public ServiceFixture {
 protected:
  static constexpr std::string_view acl =
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini";
  void set_password(std::string_view password) {
    must(service_->set_group({path_of(acl), "auth"}, {{"userid", "u"}, {"password", std::string(password)}}));
  }
  bool store_has(std::string_view text) {
    return std::system(fmt::format("grep -rqaF '{}' {}/store", text, folder_.string()).c_str()) == 0;
  }
};

TEST_F(Forgetting, ErasesAllButTheNewestSecrets) {
  make_exported();
  set_password("canary-old-1");
  set_password("canary-old-2");
  set_password("canary-newest");
  ASSERT_TRUE(store_has("canary-old-1"));
  const Report report = must(forget_secrets(*store_, folder_ / "store", "test"));
  EXPECT_THAT(report.lines[0], testing::HasSubstr("from 2 generations"));
  EXPECT_FALSE(store_has("canary-old"));
  EXPECT_TRUE(store_has("canary-newest"));
  EXPECT_EQ(generation(), 7U);
  EXPECT_EQ(recorded(acl)->groups.at("auth").at("password"), "canary-newest");
  // A generation whose secret is gone has the newest one when it runs again: nothing is opened.
  must(apply(generation_source(5)));
  EXPECT_EQ(recorded(acl)->groups.at("auth").at("password"), "canary-newest");
  EXPECT_THAT(must(service_->drift()), testing::IsEmpty());
}

TEST_F(Forgetting, AGenerationWhoseSecretIsGoneIsRefusedWhereNoneIsStored) {
  make_exported();
  set_password("canary-old");
  must(service_->delete_acl(tpg(), initiator));
  must(forget_secrets(*store_, folder_ / "store", "test"));
  EXPECT_FALSE(store_has("canary"));
  EXPECT_EQ(error_of(apply(generation_source(5))).errnum, EINVAL);
}

}  // namespace
}  // namespace lunet::service
