// SPDX-License-Identifier: Apache-2.0
#include "service/migrate.h"

#include "service/mortal.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// From the parameter's runtime to the other one.
class Migrate : public BothRuntimes {
 protected:
  Migrate() { renew_other(); }

  void renew_other() {
    other_ = configfs::make_memory_tree(is_kernel() ? configfs::Flavour::lunetd : configfs::Flavour::kernel);
    stepping_other_ = std::make_unique<target::SteppingTree>(*other_);
    other_fault_ = std::make_unique<configfs::FaultTree>(
        is_kernel() ? *other_ : static_cast<configfs::Tree&>(*stepping_other_));
  }
  static bool is_kernel() { return GetParam() == Kind::stepping; }
  static RuntimeKind old_kind() { return is_kernel() ? RuntimeKind::kernel : RuntimeKind::lunetd; }
  static RuntimeKind new_kind() { return is_kernel() ? RuntimeKind::lunetd : RuntimeKind::kernel; }
  static std::string old_name() { return is_kernel() ? "kernel" : "lunetd"; }
  static std::string new_name() { return is_kernel() ? "lunetd" : "kernel"; }

  void make_some() {
    make_exported();
    must(service_->create_fileio(fileio("f0")));
    must(service_->create_lun(tpg(), lun_of("fileio", "f0")));
    must(service_->create_mapped_lun(tpg(), initiator, {9, 0, true}));
    must(service_->set_group({path_of(acl_), "auth"}, {{"userid", "user"}, {"password", "secret-of-12ch"}}));
    must(service_->set_group({path_of(tpg_), "parameter"}, {{"InitialR2T", "No"}}));
    must(service_->set_group({path_of("fabric iscsi"), "discovery_auth"}, {{"userid", "d"}}));
  }
  MigrationSides sides() {
    MigrationSides both;
    both.from = context_;
    both.to = new_kind();
    both.reach = [this]() -> Result<configfs::Tree*> {
      ++reached_;
      return other_fault_.get();
    };
    return both;
  }
  std::string runtime() { return store_->head()->runtime; }
  std::string other_dump() { return target::dump(*other_); }
  /// What the new one is to look like.
  std::unique_ptr<Service> on_other() {
    Context context = context_;
    context.live = other_fault_.get();
    context.runtime = new_kind();
    return make_service(context);
  }

  std::unique_ptr<configfs::Tree> other_;
  std::unique_ptr<target::SteppingTree> stepping_other_;
  std::unique_ptr<configfs::FaultTree> other_fault_;
  int reached_ = 0;
  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string acl_ = tpg_ + " acl iqn.2026-11.com.example:ini";
};

TEST_P(Migrate, AllOfItRunsOnTheOtherOneAndNothingOnTheOldOne) {
  const std::string empty = dump();
  make_some();
  const std::string text_before = text();
  const std::uint64_t number = generation();
  const auto files_before = files();
  const Report report = must(migrate(sides()));
  EXPECT_THAT(report.lines, ElementsAre(HasSubstr("The store is of"), HasSubstr("Restored generation")));
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_TRUE(report.changed);
  EXPECT_EQ(runtime(), new_name());
  EXPECT_EQ(text(), text_before);
  EXPECT_EQ(generation(), number);
  EXPECT_EQ(files(), files_before);
  EXPECT_THAT(must(on_other()->drift()), IsEmpty());
  EXPECT_THAT(dump(), Not(HasSubstr(std::string(wwn))));
  EXPECT_THAT(dump(), Not(HasSubstr("f0")));
  EXPECT_THAT(dump(), Not(HasSubstr("secret-of-12ch")));
  // And back.
  context_.live = other_fault_.get();
  context_.runtime = new_kind();
  MigrationSides back = sides();
  back.to = old_kind();
  back.reach = [this]() -> Result<configfs::Tree*> { return &record_; };
  must(migrate(back));
  EXPECT_EQ(runtime(), old_name());
  EXPECT_EQ(text(), text_before);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  EXPECT_THAT(other_dump(), Not(HasSubstr(std::string(wwn))));
}

TEST_P(Migrate, ThePlanSaysWhatIsLostAndTouchesNothing) {
  make_some();
  operations();
  const MigrationPlan plan = must(plan_migration(sides()));
  EXPECT_EQ(plan.moves, 3U);
  EXPECT_THAT(plan.concerns, ElementsAre(HasSubstr("the data in RAM disk rd0 is lost")));
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(reached_, 0);
  EXPECT_EQ(runtime(), old_name());
}

TEST_P(Migrate, WhatWasNotAgreedToIsNotDone) {
  make_some();
  operations();
  EXPECT_EQ(error_of(migrate(sides(), std::vector<std::string>{})).errnum, ESTALE);
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(runtime(), old_name());
}

TEST_P(Migrate, WhatTheOtherOneCannotHaveIsNamedBeforeAnythingIsTouched) {
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

TEST_P(Migrate, DriftIsAnErrorAndNothingIsTouched) {
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

TEST_P(Migrate, SomebodyElsesLunInOurTargetIsAnError) {
  make_some();
  ASSERT_TRUE(memory_->make_dir("iscsi/" + std::string(wwn) + "/tpgt_1/lun/lun_7"));
  operations();
  EXPECT_THAT(error_of(migrate(sides())).message, HasSubstr("lun 7"));
  EXPECT_EQ(operations(), "");
}

TEST_P(Migrate, SomebodyElsesObjectsStay) {
  make_some();
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_99"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_99/theirs"));
  ASSERT_TRUE(memory_->write("core/rd_mcp_99/theirs/control", "rd_pages=16"));
  ASSERT_TRUE(memory_->write("core/rd_mcp_99/theirs/enable", "1"));
  const Report report = must(migrate(sides()));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("theirs")));
  EXPECT_THAT(dump(), HasSubstr("rd_mcp_99/theirs"));
  EXPECT_THAT(dump(), Not(HasSubstr(std::string(wwn))));
}

TEST_P(Migrate, AnObjectOfThatNameOnTheOtherOneIsAnError) {
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

TEST_P(Migrate, WhenTheOtherOneRefusesTheOldOneServesAgain) {
  make_some();
  const std::string before = dump();
  std::size_t failures = 0;
  for (std::size_t at = 1;; ++at) {
    other_fault_->fail_at(at, ENOMEM);
    const auto result = migrate(sides());
    if (result) break;
    ++failures;
    ASSERT_EQ(result.error().errnum, ENOMEM) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr("again, where generation"));
    ASSERT_EQ(runtime(), old_name());
    EXPECT_EQ(target::first_difference(dump(), before), "") << at;
    EXPECT_THAT(other_dump(), Not(HasSubstr(std::string(wwn)))) << at;
  }
  EXPECT_GT(failures, 5U);
  EXPECT_EQ(runtime(), new_name());
}

/// The new one cannot even take back what it did.
TEST_P(Migrate, WhatTheOtherOneKeepsIsSaidAndTheOldOneServes) {
  if (is_kernel()) return;  // lunetd does all of it or nothing
  make_some();
  const std::string before = dump();
  constexpr std::size_t first = 10;
  constexpr std::size_t all = 500;
  for (std::size_t at = first; at < all; ++at) other_fault_->fail_at(at, ENOMEM);
  Error error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, ENOTRECOVERABLE);
  EXPECT_THAT(error.message, HasSubstr("and the kernel's target still has a part of it"));
  EXPECT_EQ(runtime(), "lunetd");
  EXPECT_EQ(target::first_difference(dump(), before), "");
  // A second look takes it away.
  renew_other();
  for (std::size_t at = first; at < first + 2; ++at) other_fault_->fail_at(at, ENOMEM);
  error = error_of(migrate(sides()));
  EXPECT_EQ(error.errnum, EIO) << error.message;
  EXPECT_THAT(error.message, HasSubstr("again, where generation"));
  EXPECT_EQ(runtime(), "lunetd");
  EXPECT_EQ(target::first_difference(dump(), before), "");
  EXPECT_THAT(other_dump(), Not(HasSubstr("/rd0")));
}

TEST_P(Migrate, OfARuntimeThatDoesNotRunOnlyTheOtherOneIsAsked) {
  make_some();
  const auto gone =
      configfs::make_memory_tree(is_kernel() ? configfs::Flavour::kernel : configfs::Flavour::lunetd);
  MigrationSides both = sides();
  both.from.live = gone.get();
  both.from_runs = false;
  EXPECT_THAT(must(plan_migration(both)).concerns, IsEmpty());
  other_fault_->fail_at(3, ENOMEM);
  const Error error = error_of(migrate(both));
  EXPECT_THAT(error.message, HasSubstr("which does not run, as before"));
  EXPECT_EQ(runtime(), old_name());
  must(migrate(both));
  EXPECT_EQ(runtime(), new_name());
  EXPECT_THAT(must(on_other()->drift()), IsEmpty());
}

TEST_P(Migrate, AMissingFileIsPendingThere) {
  make_some();
  std::filesystem::remove(file("f0.img"));
  const Report report = must(migrate(sides()));
  EXPECT_EQ(report.left_out, 1U);
  EXPECT_EQ(files().count("f0.img"), 0U);
  EXPECT_EQ(runtime(), new_name());
  write_file("f0.img", 1048576);
  must(on_other()->restore());
  EXPECT_THAT(must(on_other()->drift()), IsEmpty());
}

TEST_P(Migrate, ValuesThatOnlyTheOldOneHasAreDroppedWhenTheyAreItsDefault) {
  if (!is_kernel()) return;  // lunetd has no values of its own
  must(service_->create_fileio(fileio("f0")));
  must(service_->create_target(wwn));
  must(service_->create_portal(tpg(), "127.0.0.1", 3270));
  store::Store::Head head = *store_->head();
  {
    const auto lock = store_->lock("test", 0);
    ASSERT_TRUE(lock);
    config::Tree tree = head.tree;
    tree.find(path_of(tpg_ + " portal 127.0.0.1:3270"))->attributes["iser"] = "no";
    must(store_->commit(head, tree, "the default"));
  }
  const std::uint64_t number = generation();
  must(migrate(sides()));
  EXPECT_EQ(generation(), number + 1);
  EXPECT_THAT(text(), Not(HasSubstr("iser")));
  EXPECT_THAT(must(on_other()->drift()), IsEmpty());
}

TEST_P(Migrate, AChangeThatWaitsToBeConfirmedIsWaitedFor) {
  make_some();
  ApplyOptions options;
  options.confirm_within_s = 600;
  must(whole_->apply(generation_source(generation() - 1), options));
  EXPECT_THAT(error_of(migrate(sides())).message, HasSubstr("waits to be confirmed"));
  EXPECT_EQ(runtime(), old_name());
}

/// Killed at each moment: what the store names then can be restored, and is all of it.
TEST_P(Migrate, KilledAtAnyMomentARestoreRepairs) {
  make_some();
  const std::string text_before = text();
  Life life;
  MortalTree old_tree(*context_.live, life);
  MortalStore mortal_store(*store_, life);
  bool was_old = false;
  bool was_new = false;
  for (std::size_t moment = 1;; ++moment) {
    renew_other();
    MortalTree new_tree(*other_fault_, life);
    MigrationSides mortal = sides();
    mortal.from.live = &old_tree;
    mortal.from.store = &mortal_store;
    mortal.reach = [&]() -> Result<configfs::Tree*> { return &new_tree; };
    life.end_at(moment);
    const auto result = migrate(mortal);
    const bool ended = life.has_ended();
    life.end_at(0);
    if (!ended) {
      EXPECT_TRUE(result);
      break;
    }
    EXPECT_EQ(text(), text_before);
    const bool on_new = runtime() == new_name();
    (on_new ? was_new : was_old) = true;
    if (!on_new) {
      must(service_->restore());
      ASSERT_THAT(must(service_->drift()), IsEmpty()) << moment;
      EXPECT_THAT(other_dump(), Not(HasSubstr(std::string(wwn))));
      continue;
    }
    EXPECT_THAT(dump(), Not(HasSubstr(std::string(wwn)))) << moment;
    must(on_other()->restore());
    ASSERT_THAT(must(on_other()->drift()), IsEmpty()) << moment;
    // The next one begins on the old one again.
    ASSERT_TRUE(store_->record_runtime(old_name()));
    must(service_->restore());
  }
  EXPECT_TRUE(was_old);
  EXPECT_TRUE(was_new);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Migrate, testing::Values(Kind::transactional, Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
