// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

class Luns : public ServiceFixture {
 protected:
  void SetUp() override {
    for (const char* name : {"a", "b", "c"}) must(service_->create_ramdisk(ramdisk(name)));
    must(service_->create_target(wwn));
    operations();
  }
  LunOptions lun(std::string_view disk, std::optional<std::uint16_t> number = std::nullopt) const {
    LunOptions options = lun_of("ramdisk", disk);
    options.lun = number;
    return options;
  }
  const std::string tpg_directory_ = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  const std::string acl_directory_ = tpg_directory_ + "/acls/iqn.2026-11.com.example:ini";
};

TEST_F(Luns, ALunIsALinkWithARecordedAlias) {
  const Report report = must(service_->create_lun(tpg(), lun("a")));
  EXPECT_THAT(report.lines, ElementsAre("Created LUN 0."));
  EXPECT_EQ(report.created, "/iscsi/iqn.2026-11.com.example:t/tpg1/luns/lun0");
  const std::string alias(
      recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 0")->attribute("alias"));
  EXPECT_THAT(alias, MatchesRegex("[0-9a-f]{10}"));
  EXPECT_EQ(operations(), "mkdir " + tpg_directory_ + "/lun/lun_0\nlink " + tpg_directory_ + "/lun/lun_0/" +
                              alias + " core/rd_mcp_0/a\n");
}

TEST_F(Luns, AreMappedIntoAclsUnderTheWantedOrTheLowestFreeNumber) {
  must(service_->create_acl(tpg(), initiator, true));
  EXPECT_THAT(
      must(service_->create_lun(tpg(), lun("a", 5))).lines,
      ElementsAre("Created LUN 5.", "Created LUN 5->5 mapping in node ACL iqn.2026-11.com.example:ini"));
  EXPECT_THAT(
      must(service_->create_lun(tpg(), lun("b"))).lines,
      ElementsAre("Created LUN 0.", "Created LUN 0->0 mapping in node ACL iqn.2026-11.com.example:ini"));
  EXPECT_THAT(
      must(service_->create_lun(tpg(), lun("c"))).lines,
      ElementsAre("Created LUN 1.", "Created LUN 1->1 mapping in node ACL iqn.2026-11.com.example:ini"));
}

TEST_F(Luns, ATakenNumberInAnAclFallsBack) {
  must(service_->create_lun(tpg(), lun("a")));
  must(service_->create_acl(tpg(), initiator, false));
  must(service_->create_mapped_lun(tpg(), initiator, {5, 0, false}));
  EXPECT_THAT(
      must(service_->create_lun(tpg(), lun("b", 5))).lines,
      ElementsAre("Created LUN 5.", "Created LUN 5->0 mapping in node ACL iqn.2026-11.com.example:ini"));
  LunOptions unmapped = lun("c");
  unmapped.add_mapped_luns = false;
  EXPECT_THAT(must(service_->create_lun(tpg(), unmapped)).lines, ElementsAre("Created LUN 1."));
}

TEST_F(Luns, RefusedOnes) {
  must(service_->create_lun(tpg(), lun("a", 3)));
  const Error again = error_of(service_->create_lun(tpg(), lun("a")));
  EXPECT_EQ(again.errnum, EEXIST);
  EXPECT_THAT(again.message, HasSubstr("LUN 3"));
  EXPECT_EQ(error_of(service_->create_lun(tpg(), lun("b", 3))).errnum, EEXIST);
  EXPECT_EQ(error_of(service_->create_lun(tpg(), lun("gone"))).errnum, ENOENT);
  EXPECT_EQ(error_of(service_->create_lun(tpg(2), lun("b"))).errnum, ENOENT);
  EXPECT_EQ(error_of(service_->delete_lun(tpg(), 4)).errnum, ENOENT);
}

TEST_F(Luns, AnAclMapsEveryLunUnderItsOwnNumber) {
  must(service_->create_lun(tpg(), lun("a", 2)));
  must(service_->create_lun(tpg(), lun("b", 10)));
  operations();
  const Report report = must(service_->create_acl(tpg(), "IQN.2026-11.com.example:ini", true));
  EXPECT_THAT(report.lines, ElementsAre("Created Node ACL for iqn.2026-11.com.example:ini",
                                        "Created mapped LUN 2.", "Created mapped LUN 10."));
  EXPECT_EQ(report.created, "/iscsi/iqn.2026-11.com.example:t/tpg1/acls/iqn.2026-11.com.example:ini");
  EXPECT_THAT(operations(),
              testing::AllOf(testing::StartsWith("mkdir " + acl_directory_ + "\n"),
                             HasSubstr("write " + acl_directory_ + "/lun_10/write_protect 0\n")));
  EXPECT_EQ(error_of(service_->create_acl(tpg(), initiator, true)).errnum, EEXIST);
  EXPECT_EQ(error_of(service_->create_acl(tpg(), "ini", true)).errnum, EINVAL);
  EXPECT_THAT(must(service_->delete_acl(tpg(), initiator)).lines,
              ElementsAre("Deleted Node ACL iqn.2026-11.com.example:ini."));
  EXPECT_EQ(error_of(service_->delete_acl(tpg(), initiator)).errnum, ENOENT);
}

TEST_F(Luns, MappedLunsCanBeReadOnlyAndTwiceWithAWarning) {
  must(service_->create_lun(tpg(), lun("a")));
  must(service_->create_acl(tpg(), initiator, false));
  const Report first = must(service_->create_mapped_lun(tpg(), initiator, {4, 0, true}));
  EXPECT_THAT(first.lines, ElementsAre("Created Mapped LUN 4."));
  EXPECT_THAT(first.warnings, IsEmpty());
  EXPECT_EQ(first.created,
            "/iscsi/iqn.2026-11.com.example:t/tpg1/acls/iqn.2026-11.com.example:ini/mapped_lun4");
  EXPECT_THAT(operations(), HasSubstr("write " + acl_directory_ + "/lun_4/write_protect 1\n"));
  const Report second = must(service_->create_mapped_lun(tpg(), initiator, {6, 0, false}));
  ASSERT_EQ(second.warnings.size(), 1U);
  EXPECT_THAT(second.warnings[0], HasSubstr("mapped as 4"));
  EXPECT_EQ(error_of(service_->create_mapped_lun(tpg(), initiator, {6, 0, false})).errnum, EEXIST);
  EXPECT_EQ(error_of(service_->create_mapped_lun(tpg(), initiator, {7, 9, false})).errnum, ENOENT);
  EXPECT_EQ(error_of(service_->create_mapped_lun(tpg(), "iqn.2026-11.com.example:x", {7, 0, false})).errnum,
            ENOENT);
  EXPECT_THAT(must(service_->delete_mapped_lun(tpg(), initiator, 4)).lines,
              ElementsAre("Deleted Mapped LUN 4."));
  EXPECT_EQ(error_of(service_->delete_mapped_lun(tpg(), initiator, 4)).errnum, ENOENT);
}

TEST_F(Luns, DeletingALunTakesItsMappingsAlong) {
  must(service_->create_lun(tpg(), lun("a")));
  must(service_->create_lun(tpg(), lun("b")));
  must(service_->create_acl(tpg(), initiator, true));
  operations();
  EXPECT_THAT(must(service_->delete_lun(tpg(), 1)).lines, ElementsAre("Deleted LUN 1."));
  EXPECT_THAT(operations(),
              MatchesRegex("unlink [^\n]*acls[^\n]*lun_1/[0-9a-f]+\nrmdir [^\n]*acls[^\n]*lun_1\n"
                           "unlink [^\n]*lun/lun_1/[0-9a-f]+\nrmdir [^\n]*lun/lun_1\n"));
}

}  // namespace
}  // namespace lunet::service
