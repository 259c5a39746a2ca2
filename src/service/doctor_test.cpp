// SPDX-License-Identifier: Apache-2.0
#include "service/doctor.h"

#include "service/service_test_support.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Doctor : public ServiceFixture {
 protected:
  void SetUp() override {
    make_exported();
    tasks_ = make_tasks(context_);
  }
  std::vector<Finding> findings() { return must(tasks_->examine()); }
  GroupRef acl(std::string_view group) const {
    return {path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini"),
            std::string(group)};
  }
  GroupRef portal_group() const {
    return {path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1"), "attribute"};
  }
  const std::string tpg_path_ = "/iscsi/iqn.2026-11.com.example:t/tpg1";
  const std::string acl_path_ = tpg_path_ + "/acls/iqn.2026-11.com.example:ini";
  std::unique_ptr<Tasks> tasks_;
};

TEST_F(Doctor, FindsNothingWhereNothingIsWrong) {
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Doctor, ASecretThatIsNotAskedFor) {
  must(service_->set_group(acl("auth"), {{"userid", "u"}, {"password", "secret-secret"}}));
  EXPECT_THAT(findings(), IsEmpty());
  must(service_->set_group(acl("attribute"), {{"authentication", "0"}}));
  ASSERT_THAT(findings(), SizeIs(1));
  EXPECT_EQ(findings()[0].weight, Finding::Weight::unsafe);
  EXPECT_EQ(findings()[0].cure, acl_path_ + " set attribute authentication=1");
}

TEST_F(Doctor, EverybodyMayWrite) {
  must(service_->set_group(portal_group(), {{"generate_node_acls", "1"}, {"demo_mode_write_protect", "0"}}));
  ASSERT_THAT(findings(), SizeIs(1));
  EXPECT_EQ(findings()[0].cure, tpg_path_ + " set attribute demo_mode_write_protect=1");
}

TEST_F(Doctor, AnAclThatSeesNothing) {
  must(service_->delete_mapped_lun(tpg(), initiator, 0));
  ASSERT_THAT(findings(), SizeIs(1));
  EXPECT_EQ(findings()[0].weight, Finding::Weight::idle);
  EXPECT_EQ(findings()[0].cure, acl_path_ + " create 0 lun0");
  must(service_->delete_lun(tpg(), 0));
  EXPECT_EQ(findings()[0].cure, tpg_path_ + "/acls delete iqn.2026-11.com.example:ini");
}

TEST_F(Doctor, ADisabledGroupAndOneWithoutPortals) {
  must(service_->enable_tpg(tpg(), false));
  ASSERT_THAT(findings(), SizeIs(1));
  EXPECT_EQ(findings()[0].cure, tpg_path_ + " enable");
}

TEST_F(Doctor, DriftIsMendedByRestore) {
  ASSERT_TRUE(memory_->write("iscsi/iqn.2026-11.com.example:t/tpgt_1/attrib/authentication", "1"));
  ASSERT_THAT(findings(), SizeIs(1));
  EXPECT_THAT(findings()[0].problem, HasSubstr("authentication"));
  EXPECT_EQ(findings()[0].cure, "restore " + tpg_path_);
}

TEST_F(Doctor, MissingModulesAreNamed) {
  const auto missing = examine_kernel(file("no-sys"));
  ASSERT_THAT(missing, SizeIs(3));
  EXPECT_EQ(missing[1].cure, "!modprobe iscsi_target_mod");
}

}  // namespace
}  // namespace lunet::service
