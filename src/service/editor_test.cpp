// SPDX-License-Identifier: Apache-2.0
// An edit is whole or not at all: each operation of each verb fails once, then the commit.
#include "service/editor.h"

#include <functional>

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Verb {
  std::string name;
  std::function<Result<Report>(Service&)> run;
};

class Editing : public BothRuntimes {
 protected:
  void SetUp() override {
    make_exported();
    must(service_->create_fileio(fileio("exported")));
    must(service_->create_fileio(fileio("idle")));
    must(service_->create_lun(tpg(), lun_of("fileio", "exported")));
    must(service_->create_mapped_lun(tpg(), initiator, {9, 0, true}));
    must(service_->set_group({path_of(acl_), "auth"}, {{"userid", "user"}, {"password", "secret-of-12ch"}}));
  }

  std::vector<Verb> verbs() {
    return {
        {"create_fileio", [this](Service& s) { return s.create_fileio(fileio("new-file")); }},
        {"create_ramdisk", [this](Service& s) { return s.create_ramdisk(ramdisk("new-ram")); }},
        {"create_tpg", [](Service& s) { return s.create_tpg(wwn, std::nullopt); }},
        {"create_target", [](Service& s) { return s.create_target("iqn.2026-11.com.example:second"); }},
        {"create_lun", [this](Service& s) { return s.create_lun(tpg(), lun_of("fileio", "idle")); }},
        {"create_acl",
         [this](Service& s) { return s.create_acl(tpg(), "iqn.2026-11.com.example:other", true); }},
        {"create_mapped_lun",
         [this](Service& s) { return s.create_mapped_lun(tpg(), initiator, {12, 1, true}); }},
        {"create_portal", [this](Service& s) { return s.create_portal(tpg(), "127.0.0.1", 3270); }},
        {"set_attribute",
         [this](Service& s) {
           return s.set_group({path_of(tpg_), "attribute"}, {{"login_timeout", "20"}, {"t10_pi", "1"}});
         }},
        {"set_secret",
         [this](Service& s) {
           return s.set_group({path_of(acl_), "auth"}, {{"password", "another-secret"}});
         }},
        {"disable", [this](Service& s) { return s.enable_tpg(tpg(), false); }},
        {"enable", [this](Service& s) { return s.enable_tpg(tpg(), true); }},
        {"delete_portal", [this](Service& s) { return s.delete_portal(tpg(), "127.0.0.1", 3270); }},
        {"delete_mapped_lun", [this](Service& s) { return s.delete_mapped_lun(tpg(), initiator, 9); }},
        {"delete_lun", [this](Service& s) { return s.delete_lun(tpg(), 0); }},
        {"delete_disk", [](Service& s) { return s.delete_disk("fileio", "exported"); }},
        {"delete_acl", [this](Service& s) { return s.delete_acl(tpg(), initiator); }},
        {"delete_tpg", [this](Service& s) { return s.delete_tpg(tpg()); }},
        {"delete_target", [](Service& s) { return s.delete_target(wwn); }},
    };
  }

  struct State {
    std::string runtime;
    std::string configuration;
    std::set<std::string> files;
    std::uint64_t generation = 0;
  };
  State state() { return {dump(), text(), files(), generation()}; }
  void expect_same(const State& before, const std::string& where) {
    const State now = state();
    EXPECT_EQ(target::first_difference(now.runtime, before.runtime), "") << where;
    EXPECT_EQ(now.configuration, before.configuration) << where;
    EXPECT_EQ(now.files, before.files) << where;
    EXPECT_EQ(now.generation, before.generation) << where;
  }

  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string acl_ = tpg_ + " acl iqn.2026-11.com.example:ini";
};

/// A store that cannot record any more.
class FullStore : public store::Store {
 public:
  explicit FullStore(store::Store& inner) : inner_(inner) {}
  Result<Head> head() override { return inner_.head(); }
  Result<std::unique_ptr<store::Lock>> lock(std::string_view command,
                                            const store::Patience& patience) override {
    return inner_.lock(command, patience);
  }
  Result<> record_intent(const Head& head, store::Intent intent) override {
    return inner_.record_intent(head, std::move(intent));
  }
  Result<std::optional<store::Intent>> open_intent(const Head& head) override {
    return inner_.open_intent(head);
  }
  Result<> record_leftovers(const std::vector<store::Leftover>& leftovers) override {
    return inner_.record_leftovers(leftovers);
  }
  Result<std::vector<store::Leftover>> leftovers() override { return inner_.leftovers(); }
  Result<> close_intent() override { return inner_.close_intent(); }
  Result<> record_in_sync(const store::InSync& in_sync) override { return inner_.record_in_sync(in_sync); }
  std::optional<store::InSync> in_sync() override { return inner_.in_sync(); }
  Result<> record_confirmation(const store::Confirmation& confirmation) override {
    return inner_.record_confirmation(confirmation);
  }
  Result<> clear_confirmation() override { return inner_.clear_confirmation(); }
  Result<std::optional<store::Confirmation>> confirmation() override { return inner_.confirmation(); }
  Result<store::Generation> commit(const Head&, const config::Tree&, std::string_view) override {
    return Error{ENOSPC, "appending to the journal: No space left on device", ""};
  }
  Result<> record_runtime(std::string_view runtime) override { return inner_.record_runtime(runtime); }
  Result<std::vector<store::Generation>> history(std::size_t limit) override { return inner_.history(limit); }
  Result<config::Tree> at(std::uint64_t generation) override { return inner_.at(generation); }

 private:
  store::Store& inner_;
};

TEST_P(Editing, AFailureAtAnyOperationLeavesEverythingAsItWas) {
  for (const Verb& verb : verbs()) {
    State before = state();
    // The portal of a new target may fail alone (ruling 28); all else is all or nothing.
    std::size_t failures = 0;
    for (std::size_t n = 1;; ++n) {
      const std::size_t done = fault_.mutations();
      fault_.fail_at(n, EIO);
      const auto result = verb.run(*service_);
      const bool reached = fault_.mutations() - done >= n;
      fault_.fail_at(1'000'000, EIO);
      if (result && !reached) break;
      if (result) {
        ASSERT_EQ(verb.name, "create_target") << "only the default portal can be left out";
        must(service_->delete_target("iqn.2026-11.com.example:second"));
        before = state();
        continue;
      }
      ++failures;
      EXPECT_EQ(result.error().errnum, EIO) << verb.name;
      expect_same(before, verb.name + " at operation " + std::to_string(n) + ": " + result.error().message);
      if (HasFailure()) return;
    }
    EXPECT_GT(failures, 0U) << verb.name;
  }
}

TEST_P(Editing, AFailedCommitTakesTheRuntimeBack) {
  FullStore full(*store_);
  Context context = context_;
  context.store = &full;
  const auto service = make_service(context);
  for (const Verb& verb : verbs()) {
    if (verb.name == "enable" || verb.name == "delete_portal")
      continue;  // nothing to do before their counterparts
    const State before = state();
    const auto result = verb.run(*service);
    ASSERT_FALSE(result) << verb.name;
    EXPECT_EQ(result.error().errnum, ENOSPC) << verb.name;
    EXPECT_THAT(result.error().message, HasSubstr("undone"));
    expect_same(before, verb.name + ": " + result.error().message);
    if (HasFailure()) return;
  }
}

TEST_P(Editing, EveryVerbIsOneGenerationAndTheRuntimeIsInSync) {
  for (const Verb& verb : verbs()) {
    const std::uint64_t before = generation();
    must(verb.run(*service_), verb.name);
    EXPECT_EQ(generation(), before + 1) << verb.name;
    EXPECT_THAT(must(service_->drift()), testing::IsEmpty()) << verb.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Editing, testing::Values(Kind::transactional, Kind::stepping), kind_name);

class Edits : public ServiceFixture {};

TEST_F(Edits, HistoryHasOneEntryAnEdit) {
  context_.command = "/backstores/ramdisk create rd0 1M";
  service_ = make_service(context_);
  must(service_->create_ramdisk(ramdisk("rd0")));
  ASSERT_FALSE(service_->create_ramdisk(ramdisk("rd0")));
  const auto history = must(service_->history(0));
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].number, 1U);
  EXPECT_EQ(history[0].why, "/backstores/ramdisk create rd0 1M");
  EXPECT_EQ(store_->head()->runtime, "lunetd");
}

TEST_F(Edits, AnEmptyStoreAdoptsWhatRuns) {
  make_exported();
  store_ = std::move(*store::open(folder_ / "other-store"));
  context_.store = store_.get();
  service_ = make_service(context_);
  must(service_->create_ramdisk(ramdisk("rd1")));
  const auto history = must(service_->history(0));
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].why, "adopted what runs");
  EXPECT_NE(recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini "
                     "mapped_lun 0"),
            nullptr);
  EXPECT_THAT(must(service_->drift()), testing::IsEmpty());
}

class KernelEdits : public ServiceFixture {
 protected:
  KernelEdits() : ServiceFixture(Kind::stepping) {}
};

TEST_F(KernelEdits, WhatCannotBeRecordedIsNotAdopted) {
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_0"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_0/rd0"));
  ASSERT_TRUE(memory_->make_dir("loopback"));
  ASSERT_TRUE(memory_->make_dir("loopback/naa.5001405000000001"));
  ASSERT_TRUE(memory_->make_dir("loopback/naa.5001405000000001/tpgt_1"));
  ASSERT_TRUE(memory_->make_dir("loopback/naa.5001405000000001/tpgt_2"));
  const Error error = error_of(service_->create_ramdisk(ramdisk("rd1")));
  EXPECT_EQ(error.errnum, ENOTSUP);
  EXPECT_THAT(error.message, HasSubstr("loopback/naa.5001405000000001/tpgt_2"));
  EXPECT_EQ(generation(), 0U);
}

TEST_F(Edits, AStoreOfTheOtherRuntimeIsRefused) {
  must(service_->create_ramdisk(ramdisk("rd0")));
  context_.runtime = RuntimeKind::kernel;
  const Error error = error_of(make_service(context_)->create_ramdisk(ramdisk("rd1")));
  EXPECT_EQ(error.errnum, EINVAL);
  EXPECT_THAT(error.hint, HasSubstr("--runtime lunetd"));
}

TEST_F(Edits, ReadingTakesNoLockAndChangesNothing) {
  make_exported();
  const auto lock = must(store_->lock("another edit", 0));
  operations();
  must(service_->drift());
  must(service_->get_group({path_of("fabric iscsi"), "discovery_auth"}));
  must(service_->history(0));
  EXPECT_EQ(operations(), "");
}

TEST_F(KernelEdits, ALongOneTellsHowFarItIs) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
  context_.progress = [&](const Progress& progress) {
    EXPECT_EQ(progress.what, "applying");
    told.emplace_back(progress.done, progress.total);
  };
  const auto make = [&](const std::string& prefix, std::size_t disks) {
    must(Editor(context_).run([&](Draft& draft) -> Result<> {
      for (std::size_t i = 0; i < disks; ++i) {
        const std::string number = std::to_string(i);
        config::Object& disk = draft.tree.ensure(path_of("storage rd_mcp disk " + prefix + number));
        disk.attributes = {{"hba", prefix.size() == 1 ? number : "1" + number}, {"size", "4096"}};
      }
      return {};
    }));
  };
  make("a", 2);
  EXPECT_TRUE(told.empty());
  make("bb", 60);
  ASSERT_GT(told.size(), 3U);
  EXPECT_EQ(told.front().first, 0U);
  EXPECT_GT(told.front().second, 120U) << "two directories for each disk at least";
  EXPECT_GT(told[told.size() - 2].first, told.front().second / 2);
  EXPECT_LT(told[told.size() - 2].first, told.front().second);
  EXPECT_EQ(told.back(), (std::pair<std::uint64_t, std::uint64_t>(1, 1)));
}

}  // namespace
}  // namespace lunet::service
