// SPDX-License-Identifier: Apache-2.0
#include "service/access.h"

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Access : public ServiceFixture {
 protected:
  void SetUp() override {
    make_exported();
    must(service_->create_portal(tpg(), "127.0.0.1", 3299));
  }
  TargetAccess of(std::string_view who, std::string_view address = "") {
    const auto all = must(explain_access(record_, who, address));
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? TargetAccess{} : all.front();
  }
  GroupRef group(std::string_view name) const {
    return {path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1"), std::string(name)};
  }
};

TEST_F(Access, AnAclLetsInAndShowsItsLuns) {
  const TargetAccess access = of(initiator, "127.0.0.1");
  EXPECT_TRUE(access.enters);
  EXPECT_THAT(access.reasons, ElementsAre("it has an ACL", "it need not prove who it is (no CHAP)"));
  EXPECT_THAT(access.portals, Contains("127.0.0.1:3299"));
  ASSERT_THAT(access.luns, SizeIs(1));
  EXPECT_EQ(access.luns.front().storage_object, "ramdisk/rd0");
}

TEST_F(Access, WithoutAnAclTheCommandThatMakesOneIsNamed) {
  const TargetAccess access = of("iqn.2026-11.com.example:stranger");
  EXPECT_FALSE(access.enters);
  EXPECT_THAT(access.reasons.front(), HasSubstr("it has no ACL"));
  EXPECT_EQ(access.command,
            "/iscsi/iqn.2026-11.com.example:t/tpg1/acls create iqn.2026-11.com.example:stranger");
}

TEST_F(Access, DemoModeLetsInEverybody) {
  must(service_->set_group(group("attribute"), {{"generate_node_acls", "1"}}));
  const TargetAccess access = of("iqn.2026-11.com.example:stranger");
  EXPECT_TRUE(access.enters);
  EXPECT_THAT(access.reasons.front(), HasSubstr("demo mode"));
  EXPECT_TRUE(access.luns.front().write_protected);
}

TEST_F(Access, ADisabledGroupLetsInNobody) {
  must(service_->enable_tpg(tpg(), false));
  EXPECT_FALSE(of(initiator).enters);
  EXPECT_EQ(of(initiator).command, "/iscsi/iqn.2026-11.com.example:t/tpg1 enable");
}

TEST_F(Access, ASecretIsNamedByItsUserOnly) {
  const GroupRef auth{
      path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini"),
      "auth"};
  must(service_->set_group(auth, {{"userid", "me"}, {"password", "very-secret-word"}}));
  EXPECT_THAT(of(initiator).reasons, Contains("it has to prove itself by CHAP as user 'me'"));
}

TEST_F(Access, APortalElsewhereIsOfNoUse) {
  for (const auto& portal : of(initiator).portals) {
    const auto colon = portal.rfind(':');
    must(service_->delete_portal(tpg(), portal.substr(0, colon),
                                 static_cast<std::uint16_t>(std::stoi(portal.substr(colon + 1)))));
  }
  must(service_->create_portal(tpg(), "127.0.0.2", 3299));
  EXPECT_THAT(of(initiator, "127.0.0.1").portals, IsEmpty());
  EXPECT_FALSE(of(initiator, "127.0.0.1").enters);
  EXPECT_TRUE(of(initiator, "127.0.0.2").enters);
}

TEST_F(Access, NoNameIsNoInitiator) {
  EXPECT_EQ(error_of(explain_access(record_, "nobody", "")).errnum, EINVAL);
}

}  // namespace
}  // namespace lunet::service
