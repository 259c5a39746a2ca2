// SPDX-License-Identifier: Apache-2.0
// What a migration refuses before it touches anything.
#include "service/migrate_checks.h"

#include "service/migrate_test_support.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class MigrateChecks : public Migrate {};

TEST_P(MigrateChecks, WhatTheOtherOneCannotHaveIsNamedBeforeAnythingIsTouched) {
  if (is_kernel()) {
    must(apply(text_source("fabric loopback target naa.5001405aabbccdde\nfabric iscsi\n")));
  } else {
    must(service_->create_target(wwn));
    must(service_->create_portal(tpg(), "127.0.0.1", 0));
  }
  operations();
  const Error error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, EINVAL);
  EXPECT_THAT(error.message, HasSubstr("cannot have what is recorded"));
  EXPECT_THAT(error.message, HasSubstr(is_kernel() ? "fabric loopback exists on the kernel's target only"
                                                   : "portal 127.0.0.1:0: port 0"));
  EXPECT_EQ(error_of(plan_migration(sides())).message, error.message);
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(reached_, 0);
  EXPECT_EQ(runtime(), old_name());
}

TEST_P(MigrateChecks, DriftIsAnErrorAndNothingIsTouched) {
  make_some();
  const std::string login = "iscsi/" + std::string(wwn) + "/tpgt_1/param/InitialR2T";
  ASSERT_TRUE(memory_->write(login, "Yes"));
  operations();
  const Error error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, ESTALE);
  EXPECT_THAT(error.message, HasSubstr("InitialR2T"));
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(runtime(), old_name());
}

TEST_P(MigrateChecks, SomebodyElsesLunInOurTargetIsAnError) {
  make_some();
  ASSERT_TRUE(memory_->make_dir("iscsi/" + std::string(wwn) + "/tpgt_1/lun/lun_7"));
  operations();
  EXPECT_THAT(error_of(migrate(sides())).message, HasSubstr("lun 7"));
  EXPECT_EQ(operations(), "");
}

TEST_P(MigrateChecks, AnObjectOfThatNameOnTheOtherOneIsAnError) {
  make_some();
  ASSERT_TRUE(other_->make_dir("iscsi"));
  ASSERT_TRUE(other_->make_dir("iscsi/" + std::string(wwn)));
  operations();
  const Error error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, EEXIST);
  EXPECT_THAT(error.message, HasSubstr(std::string(wwn)));
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(runtime(), old_name());
}

TEST_P(MigrateChecks, AChangeThatWaitsToBeConfirmedIsWaitedFor) {
  make_some();
  ApplyOptions options;
  options.confirm_within_s = 600;
  must(whole_->apply(generation_source(generation() - 1), options));
  EXPECT_THAT(error_of(migrate(sides())).message, HasSubstr("waits to be confirmed"));
  EXPECT_THAT(error_of(plan_migration(sides())).message, HasSubstr("waits to be confirmed"));
  EXPECT_EQ(runtime(), old_name());
}

/// Another one's RAM disk.
void make_theirs(configfs::Tree& tree, const std::string& hba, const std::string& name) {
  ASSERT_TRUE(tree.make_dir("core/" + hba));
  const std::string disk = "core/" + hba + "/" + name;
  ASSERT_TRUE(tree.make_dir(disk));
  ASSERT_TRUE(tree.write(disk + "/control", "rd_pages=16"));
  ASSERT_TRUE(tree.write(disk + "/enable", "1"));
}

TEST_P(MigrateChecks, AForeignDiskOfTheSameNameAndHbaIsAnError) {
  must(
      apply(text_source("storage ramdisk {\n"
                        "  disk n { size 1M; hba 0; wwn serial-a; }\n"
                        "  disk n.hba1 { name n; size 1M; hba 1; wwn serial-b; }\n}\n")));
  make_theirs(*other_, "rd_mcp_1", "n");
  operations();
  const Error error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, EEXIST) << error.message;
  EXPECT_THAT(error.message, HasSubstr("disk n.hba1 runs on"));
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(runtime(), old_name());
}

TEST_P(MigrateChecks, SomebodyElsesDiscoveryCredentialsAreAnError) {
  make_some();
  ASSERT_TRUE(other_->make_dir("iscsi"));
  ASSERT_TRUE(other_->make_dir("iscsi/iqn.2026-11.com.example:theirs"));
  ASSERT_TRUE(other_->write("iscsi/discovery_auth/userid", "they"));
  const std::string before = other_dump();
  operations();
  for (int own = 0; own < 2; ++own) {
    const Error error = error_of(migrate(sides()));
    EXPECT_EQ(error.errnum, EEXIST) << error.message;
    EXPECT_THAT(error.message, HasSubstr("fabric iscsi discovery_auth userid is set"));
    EXPECT_EQ(other_dump(), before);
    EXPECT_EQ(runtime(), old_name());
    // Nor when there are none of ours.
    if (own == 0) must(service_->set_group({path_of("fabric iscsi"), "discovery_auth"}, {{"userid", ""}}));
  }
}

TEST_P(MigrateChecks, TheSameDiscoveryCredentialsStayWhenItGoesBack) {
  make_some();
  ASSERT_TRUE(other_->make_dir("iscsi"));
  ASSERT_TRUE(other_->write("iscsi/discovery_auth/userid", "d"));
  other_fault_->fail_at(4, ENOMEM);
  EXPECT_EQ(error_of(migrate(sides())).errnum, ENOMEM);
  EXPECT_THAT(must(other_->read("iscsi/discovery_auth/userid")), HasSubstr("d"));
  must(migrate(sides()));
  EXPECT_THAT(must(on_other()->drift()), IsEmpty());
}

TEST_P(MigrateChecks, ThatDiscoveryOpensForWhoStaysIsAConcern) {
  make_some();
  EXPECT_THAT(must(plan_migration(sides())).concerns, Not(testing::Contains(HasSubstr("stays on"))));
  ASSERT_TRUE(memory_->make_dir("iscsi/iqn.2026-11.com.example:theirs"));
  EXPECT_THAT(must(plan_migration(sides())).concerns,
              testing::Contains(HasSubstr("target iqn.2026-11.com.example:theirs stays on")));
}

TEST_P(MigrateChecks, WhatRunsWithoutItsFileIsNotGivenUp) {
  make_some();
  for (const bool shorter : {true, false}) {
    if (shorter) {
      std::filesystem::resize_file(file("f0.img"), 4096);
    } else {
      std::filesystem::remove(file("f0.img"));
    }
    operations();
    const Error error = error_of(migrate(sides()));
    EXPECT_EQ(error.errnum, EINVAL) << error.message;
    EXPECT_THAT(error.message, HasSubstr("storage fileio disk f0: "));
    EXPECT_EQ(error_of(plan_migration(sides())).message, error.message);
    EXPECT_EQ(operations(), "");
    EXPECT_EQ(runtime(), old_name());
  }
}

/// The kernel would not listen there; lunetd does, before the address is there.
TEST_P(MigrateChecks, APortalWhoseAddressIsGoneStaysWhereItRuns) {
  must(apply(text_source("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 portal 192.0.2.77:3260\n")));
  if (is_kernel()) {
    must(migrate(sides()));
    return;
  }
  operations();
  const Error error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, EINVAL) << error.message;
  EXPECT_THAT(error.message, HasSubstr("no interface of this host has the address"));
  EXPECT_EQ(operations(), "");
}

TEST_P(MigrateChecks, SecretsThatTheKernelWouldNotAskForAreAnError) {
  if (is_kernel()) return;  // lunetd asks for all that are set
  make_some();
  must(migrate(sides()));
  renew_other();
  ASSERT_TRUE(store_->record_runtime(old_name()));
  must(service_->restore());
  must(service_->set_group({path_of(acl_), "attribute"}, {{"authentication", "-1"}}));
  operations();
  const Error error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, EINVAL) << error.message;
  EXPECT_THAT(error.message, HasSubstr(acl_ + ": it has credentials"));
  EXPECT_THAT(error.message, HasSubstr("set attribute authentication=1"));
  EXPECT_EQ(error_of(plan_migration(sides())).message, error.message);
  EXPECT_EQ(operations(), "");
  must(service_->set_group({path_of(tpg_), "attribute"}, {{"authentication", "1"}}));
  must(migrate(sides()));
}

TEST_P(MigrateChecks, AnInterruptedChangeIsInThePlan) {
  make_some();
  {
    const auto lock = store_->lock("test", 0);
    ASSERT_TRUE(lock);
    store::Intent intent;
    intent.generation.why = "half a change";
    intent.runtime = old_name();
    const store::Store::Head head = *store_->head();
    intent.candidate = head.tree;
    ASSERT_TRUE(store_->record_intent(head, intent));
  }
  const Error error = error_of(plan_migration(sides()));
  EXPECT_EQ(error.errnum, EBUSY);
  EXPECT_THAT(error.message, HasSubstr("'half a change' was interrupted"));
  must(service_->restore());
  must(plan_migration(sides()));
}

INSTANTIATE_TEST_SUITE_P(Runtimes, MigrateChecks, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);

}  // namespace
}  // namespace lunet::service
