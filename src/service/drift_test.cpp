// SPDX-License-Identifier: Apache-2.0
#include "service/drift.h"

#include "service/editor.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Drift : public ServiceFixture {
 protected:
  void SetUp() override { make_exported(); }
  void expect_drift(const Result<Report>& result, std::string_view object) {
    const Error error = error_of(result);
    EXPECT_EQ(error.errnum, ESTALE) << error.message;
    EXPECT_THAT(error.message, testing::StartsWith("drift on " + std::string(object)));
    EXPECT_FALSE(error.hint.empty());
    EXPECT_EQ(dump(), after_drift_);
  }
  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string tpg_directory_ = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  std::string after_drift_;
};

TEST_F(Drift, AnObjectThatRunsAlreadyIsNotTakenOver) {
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8/rd1"));
  ASSERT_TRUE(memory_->make_dir(tpg_directory_ + "/acls/iqn.2026-11.com.example:other"));
  after_drift_ = dump();
  expect_drift(service_->create_ramdisk(ramdisk("rd1")), "storage rd_mcp disk rd1");
  // A restore leaves alone what no generation had.
  EXPECT_EQ(error_of(service_->create_ramdisk(ramdisk("rd1"))).hint,
            "`lunet adopt /backstores/ramdisk/rd1` records what runs, and then it can be deleted");
  expect_drift(service_->create_acl(tpg(), "iqn.2026-11.com.example:other", false),
               tpg_ + " acl iqn.2026-11.com.example:other");
}

// So many that their names are asked for at once.
TEST_F(Drift, AmongManyNewObjectsOneThatRunsAlreadyIsFound) {
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8/n299"));
  const auto make = [&](bool acls) {
    return Editor(context_).run([&](Draft& draft) -> Result<> {
      config::Object& lun = draft.tree.ensure(path_of(tpg_ + " lun 5"));
      lun.attributes = {{"backend", "rd_mcp:n0"}, {"alias", "n0"}};
      for (int i = 0; i < 300; ++i) {
        config::Object& disk = draft.tree.ensure(path_of(fmt::format("storage rd_mcp disk n{}", i)));
        disk.attributes = {{"hba", std::to_string(100 + i)}, {"size", "4096"}};
        if (acls) draft.tree.ensure(path_of(fmt::format("{} acl iqn.2026-11.com.example:n{}", tpg_, i)));
      }
      return {};
    });
  };
  after_drift_ = dump();
  expect_drift(make(false), "storage rd_mcp disk n299");
  ASSERT_TRUE(memory_->remove_dir("core/rd_mcp_8/n299"));
  ASSERT_TRUE(memory_->make_dir(tpg_directory_ + "/acls/iqn.2026-11.com.example:n7"));
  after_drift_ = dump();
  expect_drift(make(true), tpg_ + " acl iqn.2026-11.com.example:n7");
  ASSERT_TRUE(memory_->remove_dir(tpg_directory_ + "/acls/iqn.2026-11.com.example:n7"));
  must(make(true));
}

TEST_F(Drift, AnObjectThatIsGoneIsNoParentAndCannotBeDeleted) {
  const std::string acl = tpg_directory_ + "/acls/iqn.2026-11.com.example:ini";
  const auto entries = *memory_->list(acl + "/lun_0");
  for (const configfs::Entry& entry : entries) {
    if (entry.kind != configfs::EntryKind::link) continue;
    ASSERT_TRUE(memory_->unlink(acl + "/lun_0/" + entry.name));
  }
  ASSERT_TRUE(memory_->remove_dir(acl + "/lun_0"));
  ASSERT_TRUE(memory_->remove_dir(acl));
  after_drift_ = dump();
  expect_drift(service_->delete_acl(tpg(), initiator), tpg_ + " acl iqn.2026-11.com.example:ini");
  expect_drift(service_->create_mapped_lun(tpg(), initiator, {3, 0, false}),
               tpg_ + " acl iqn.2026-11.com.example:ini");
  expect_drift(service_->delete_lun(tpg(), 0), tpg_ + " acl iqn.2026-11.com.example:ini");
}

TEST_F(Drift, WhatIsNotRecordedIsNotDeletedWithItsParent) {
  ASSERT_TRUE(memory_->make_dir(tpg_directory_ + "/lun/lun_7"));
  after_drift_ = dump();
  expect_drift(service_->delete_target(wwn), tpg_ + " lun 7");
  expect_drift(service_->delete_tpg(tpg()), tpg_ + " lun 7");
}

TEST_F(Drift, ElsewhereIsNotInTheWay) {
  ASSERT_TRUE(memory_->make_dir(tpg_directory_ + "/lun/lun_7"));
  must(service_->create_ramdisk(ramdisk("rd1")));
  must(service_->create_lun(tpg(), lun_of("rd_mcp", "rd1")));
}

TEST_F(Drift, IsDescribedInSentencesWithoutSecrets) {
  must(service_->set_group({path_of(tpg_ + " acl iqn.2026-11.com.example:ini"), "auth"},
                           {{"userid", "user"}, {"password", "secret-of-12ch"}}));
  EXPECT_THAT(must(service_->drift()), testing::IsEmpty());
  ASSERT_TRUE(
      memory_->write(tpg_directory_ + "/acls/iqn.2026-11.com.example:ini/auth/password", "other-secret"));
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/attrib/authentication", "1"));
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/enable", "0"));
  ASSERT_TRUE(memory_->make_dir(tpg_directory_ + "/lun/lun_7"));
  const auto sentences = must(service_->drift());
  EXPECT_THAT(sentences,
              testing::UnorderedElementsAre(
                  tpg_ + ": enable is 'no', recorded is 'yes'",  //
                  tpg_ + ": attribute authentication is '1', recorded is '0'",
                  tpg_ + " lun 7: it runs, but generation 5 does not have it",
                  tpg_ + " acl iqn.2026-11.com.example:ini: auth password differs from the recorded one"));
}

}  // namespace
}  // namespace lunet::service
