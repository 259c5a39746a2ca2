// SPDX-License-Identifier: Apache-2.0
#include "service/migrate.h"

#include "service/migrate_test_support.h"
#include "service/mortal.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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

TEST_P(Migrate, WhatIsPendingIsPendingThere) {
  make_some();
  std::filesystem::remove(file("f0.img"));
  // After a start.
  const auto started =
      configfs::make_memory_tree(is_kernel() ? configfs::Flavour::kernel : configfs::Flavour::lunetd);
  target::SteppingTree stepping(*started);
  context_.live = is_kernel() ? &stepping : started.get();
  EXPECT_EQ(must(make_service(context_)->restore()).left_out, 1U);
  const Report report = must(migrate(sides()));
  EXPECT_EQ(report.left_out, 1U);
  EXPECT_EQ(files().count("f0.img"), 0U);
  EXPECT_EQ(runtime(), new_name());
  write_file("f0.img", 1048576);
  must(on_other()->restore());
  EXPECT_THAT(must(on_other()->drift()), IsEmpty());
}

/// A store on which there is no room: for the leftovers, once at first.
class FullStore : public MortalStore {
 public:
  using MortalStore::MortalStore;
  int leftovers_fail = 1;  ///< times
  int runtimes_fit = 99;   ///< times
  Result<> record_leftovers(const std::vector<store::Leftover>& leftovers) override {
    if (leftovers_fail-- > 0) return Error{ENOSPC, "the leftovers could not be written", ""};
    return MortalStore::record_leftovers(leftovers);
  }
  Result<> record_runtime(std::string_view runtime) override {
    if (runtimes_fit-- <= 0) return Error{ENOSPC, "the runtime could not be written", ""};
    return MortalStore::record_runtime(runtime);
  }
};

TEST_P(Migrate, WhatRanThereAlreadyIsTakenBackWhenItCannotBeRecorded) {
  make_some();
  const std::string before = dump();
  Life life;
  FullStore full(*store_, life);
  MigrationSides both = sides();
  both.from.store = &full;
  const Error error = error_of(migrate(both));
  EXPECT_EQ(error.errnum, ENOSPC);
  EXPECT_THAT(error.message, HasSubstr("runs as before, but for RAM disks\n  RAM disk rd0 is empty now"));
  EXPECT_EQ(runtime(), old_name());
  EXPECT_EQ(target::first_difference(dump(), before), "");
  EXPECT_THAT(other_dump(), Not(HasSubstr(std::string(wwn))));
  EXPECT_THAT(other_dump(), Not(HasSubstr("/f0")));
}

/// Killed at each moment, of going back too: the runtime that the store does not name has nothing.
TEST_P(Migrate, KilledWhileItGoesBackARestoreRepairs) {
  make_some();
  const std::string text_before = text();
  const auto is_empty = [&](const std::string& dumped) {
    return dumped.find(wwn) == std::string::npos && dumped.find("/f0") == std::string::npos;
  };
  bool went_back = false;
  for (std::size_t moment = 1;; ++moment) {
    renew_other();
    Life life;
    MortalTree old_tree(*context_.live, life);
    MortalTree new_tree(*other_fault_, life);
    FullStore full(*store_, life);
    MigrationSides mortal = sides();
    mortal.from.live = &old_tree;
    mortal.from.store = &full;
    mortal.reach = [&]() -> Result<configfs::Tree*> { return &new_tree; };
    life.end_at(moment);
    const Error error = error_of(migrate(mortal));
    if (!life.has_ended()) {
      EXPECT_EQ(error.errnum, ENOSPC);
      break;
    }
    EXPECT_EQ(text(), text_before);
    if (runtime() == old_name()) {
      EXPECT_TRUE(is_empty(other_dump())) << moment;
      went_back = went_back || is_empty(dump());
    } else {
      EXPECT_TRUE(is_empty(dump())) << moment;
      must(on_other()->restore());
      ASSERT_THAT(must(on_other()->drift()), IsEmpty()) << moment;
      ASSERT_TRUE(store_->record_runtime(old_name()));
    }
    must(service_->restore());
    ASSERT_THAT(must(service_->drift()), IsEmpty()) << moment;
  }
  EXPECT_TRUE(went_back);
  EXPECT_EQ(runtime(), old_name());
}

/// Another tree before whose first change something happens.
class ActingTree : public configfs::FaultTree {
 public:
  ActingTree(configfs::Tree& inner, std::function<void()> act) : FaultTree(inner), act_(std::move(act)) {}
  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
    for (const configfs::Operation& operation : operations) {
      const bool looks = operation.verb == configfs::Verb::read || operation.verb == configfs::Verb::list;
      if (act_ && !looks) std::exchange(act_, {})();
    }
    return FaultTree::batch(operations);
  }

 private:
  std::function<void()> act_;
};

/// As many as before are left out, but not the same ones.
TEST_P(Migrate, WhatDoesNotRunAgainIsSaid) {
  make_some();
  must(service_->create_fileio(fileio("f1")));
  std::filesystem::remove(file("f1.img"));
  const auto started =
      configfs::make_memory_tree(is_kernel() ? configfs::Flavour::kernel : configfs::Flavour::lunetd);
  target::SteppingTree stepping(*started);
  context_.live = is_kernel() ? &stepping : started.get();
  EXPECT_EQ(must(make_service(context_)->restore()).left_out, 1U);
  Life life;
  FullStore full(*store_, life);
  MigrationSides both = sides();
  both.from.store = &full;
  // When the new one is asked to make the first of it, one file goes and the other one comes.
  ActingTree swapping(*other_fault_, [this] { std::filesystem::rename(file("f0.img"), file("f1.img")); });
  both.reach = [&]() -> Result<configfs::Tree*> { return &swapping; };
  const Error error = error_of(migrate(both));
  EXPECT_EQ(error.errnum, ENOTRECOVERABLE) << error.message;
  EXPECT_THAT(error.message, HasSubstr("again, where not all of it runs:"));
  EXPECT_THAT(error.message, HasSubstr("storage fileio disk f0 is pending"));
  EXPECT_EQ(error.hint, "remove the cause, then `lunet restore`");
  std::filesystem::copy_file(file("f1.img"), file("f0.img"));
  EXPECT_EQ(must(make_service(context_)->restore()).left_out, 0U);
  EXPECT_THAT(dump(), HasSubstr("/f0"));
}

/// The old one gives up a part, and cannot even take that back.
TEST_P(Migrate, WhatTheOldOneGaveUpInPartARestoreRepairs) {
  if (!is_kernel()) return;  // lunetd does all of it or nothing
  make_some();
  const std::string before = dump();
  configfs::FaultTree faulty(*context_.live);
  constexpr std::size_t first = 4;
  constexpr std::size_t all = 500;
  for (std::size_t at = first; at < all; ++at) faulty.fail_at(at, ENOMEM);
  MigrationSides both = sides();
  both.from.live = &faulty;
  const Error error = error_of(migrate(both));
  EXPECT_EQ(error.errnum, ENOTRECOVERABLE) << error.message;
  EXPECT_EQ(error.hint,
            "the store is still of the kernel's target: `lunet restore` makes it run there as it did");
  EXPECT_EQ(runtime(), old_name());
  EXPECT_NE(dump(), before);
  EXPECT_THAT(must(service_->drift()), Not(IsEmpty()));
  expect_restored(*service_);
  EXPECT_EQ(target::first_difference(dump(), before), "");
}

TEST_P(Migrate, WhenTheOldOneCannotBeRecordedAgainARestoreFillsTheNewOne) {
  make_some();
  Life life;
  FullStore full(*store_, life);
  full.runtimes_fit = 1;
  MigrationSides both = sides();
  both.from.store = &full;
  const Error error = error_of(migrate(both));
  EXPECT_EQ(error.errnum, ENOTRECOVERABLE) << error.message;
  EXPECT_THAT(error.message, HasSubstr("could not be recorded again: the runtime could not be written"));
  EXPECT_EQ(error.hint, "`lunet status` says which runtime the store is of; `lunet restore` fills that one");
  EXPECT_EQ(runtime(), new_name());
  for (const std::string& each : {dump(), other_dump()}) {
    EXPECT_THAT(each, Not(HasSubstr(std::string(wwn))));
    EXPECT_THAT(each, Not(HasSubstr("/f0")));
  }
  expect_restored(*on_other());
  EXPECT_THAT(other_dump(), HasSubstr(std::string(wwn)));
}

TEST_P(Migrate, WhenItCannotBeRestoredOnTheOldOneARestoreDoesItLater) {
  make_some();
  const std::string before = dump();
  Life life;
  FullStore full(*store_, life);
  full.leftovers_fail = 2;
  MigrationSides both = sides();
  both.from.store = &full;
  const Error error = error_of(migrate(both));
  EXPECT_EQ(error.errnum, ENOTRECOVERABLE) << error.message;
  EXPECT_THAT(error.message, HasSubstr("again, but it could not be restored there: the leftovers could not"));
  EXPECT_EQ(error.hint, "remove the cause, then `lunet restore`");
  EXPECT_EQ(runtime(), old_name());
  EXPECT_THAT(other_dump(), Not(HasSubstr(std::string(wwn))));
  expect_restored(*service_);
  EXPECT_EQ(target::first_difference(dump(), before), "");
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

TEST_P(Migrate, AluaStatesBeginAnew) {
  configfs::Tree& kernel = is_kernel() ? *memory_ : *other_;
  ASSERT_TRUE(kernel.write("dbroot", folder_.string()));
  make_some();
  const auto tasks = make_tasks(context_);
  must(tasks->create_port_group({"ramdisk", "rd0"}, "slow", 16));
  must(service_->set_group({path_of("storage rd_mcp disk rd0"), "alua", "slow"},
                           {{"alua_write_metadata", "yes"}, {"alua_access_state", "1"}}));
  const std::filesystem::path kept = folder_ / "alua/tpgs_serial-of-rd0/slow";
  std::filesystem::create_directories(kept.parent_path());
  std::ofstream(kept) << "tg_pt_gp_id=16\nalua_access_state=0x02\nalua_access_status=0x01\n";
  must(migrate(sides()));
  EXPECT_FALSE(exists(kept));
  EXPECT_EQ(*other_->read("core/rd_mcp_0/rd0/alua/slow/alua_access_state"), "1\n");
}

}  // namespace
}  // namespace lunet::service
