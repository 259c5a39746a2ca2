// SPDX-License-Identifier: Apache-2.0
// Each verb, ended at each moment: the next edit finds the old or the new generation running, and says what
// it did about it.
#include "service/recovery.h"

#include <functional>

#include "service/mortal.h"
#include "service/service_test_support.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct MortalVerb {
  std::string name;
  std::function<Result<Report>(Service&)> run;
};

class RecoveryTest : public BothRuntimes {
 protected:
  void SetUp() override {
    make_exported();
    must(service_->create_fileio(fileio("exported")));
    must(service_->create_fileio(fileio("idle")));
    must(service_->create_lun(tpg(), lun_of("fileio", "exported")));
    must(service_->create_mapped_lun(tpg(), initiator, {9, 0, true}));
    must(service_->set_group({path_of(acl_), "auth"}, {{"userid", "user"}, {"password", "secret-of-12ch"}}));
    must(service_->set_group({path_of(tpg_), "attribute"}, {{"login_timeout", "10"}}));
    context_.notice = [this](const std::string& text) { notices_.push_back(text); };
    service_ = make_service(context_);
    mortal_context_.live = &mortal_tree_;
    mortal_context_.store = &mortal_store_;
    mortal_context_.runtime = context_.runtime;
    mortal_context_.command = "the interrupted one";
  }

  std::vector<MortalVerb> verbs() {
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
           return s.set_group({path_of(acl_), "auth"}, {{"password", "another-secret"}, {"userid", ""}});
         }},
        {"disable", [this](Service& s) { return s.enable_tpg(tpg(), false); }},
        {"delete_mapped_lun", [this](Service& s) { return s.delete_mapped_lun(tpg(), initiator, 0); }},
        {"delete_lun", [this](Service& s) { return s.delete_lun(tpg(), 0); }},
        {"delete_disk", [](Service& s) { return s.delete_disk("fileio", "exported"); }},
        {"delete_acl", [this](Service& s) { return s.delete_acl(tpg(), initiator); }},
        {"delete_tpg", [this](Service& s) { return s.delete_tpg(tpg()); }},
        {"delete_target", [](Service& s) { return s.delete_target(wwn); }},
        {"create_hba", [this](Service&) { return make_tasks(mortal_context_)->create_hba("fileio"); }},
        {"keep_hba", [](Service& s) { return s.delete_disk("fileio", "idle", EmptyHba::stays); }},
        {"delete_hba", [this](Service&) { return make_tasks(mortal_context_)->delete_hba("rd_mcp", 0); }},
    };
  }

  /// Ends the verb at the n-th moment; true when it came so far.
  bool interrupt(const MortalVerb& verb, std::size_t n) {
    life_.end_at(n);
    const auto result = verb.run(*make_service(mortal_context_));
    EXPECT_TRUE(!result || !life_.has_ended()) << verb.name;
    const bool ended = life_.has_ended();
    life_.end_at(0);
    return ended;
  }

  Life life_;
  MortalTree mortal_tree_{*context_.live, life_};
  MortalStore mortal_store_{*store_, life_};
  Context mortal_context_;
  std::vector<std::string> notices_;
  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string acl_ = tpg_ + " acl iqn.2026-11.com.example:ini";
};

TEST_P(RecoveryTest, AnEndAtAnyMomentLeavesTheOldOrTheNewGeneration) {
  for (const MortalVerb& verb : verbs()) {
    std::size_t interruptions = 0;
    for (std::size_t n = 1;; ++n) {
      const std::string before = dump();
      const std::string configuration = text();
      const std::uint64_t number = generation();
      const std::set<std::string> data = files();
      if (!interrupt(verb, n)) break;
      ++interruptions;
      const std::string where = verb.name + " at " + std::to_string(n);
      notices_.clear();
      // Any edit recovers, and then finds nothing in its way.
      must(
          service_->set_group({path_of("fabric iscsi"), "discovery_auth"}, {{"userid", where.substr(0, 40)}}),
          where);
      ASSERT_THAT(must(service_->drift()), IsEmpty()) << where;
      must(service_->set_group({path_of("fabric iscsi"), "discovery_auth"}, {{"userid", ""}}), where);
      const bool finished = generation() == number + 3;
      if (finished) break;  // the rest of the moments ends in the new one as well
      ASSERT_EQ(generation(), number + 2) << where;
      ASSERT_EQ(text(), configuration) << where;
      ASSERT_EQ(target::first_difference(dump(), before), "") << where;
      ASSERT_EQ(files(), data) << where;
    }
    EXPECT_GT(interruptions, 3U) << verb.name;
  }
}

TEST_P(RecoveryTest, ItSaysWhatWasInterruptedAndWhatBecameOfIt) {
  const MortalVerb create = verbs()[0];
  // 1, 2: the intent; 3: the first change.
  ASSERT_TRUE(interrupt(create, 3));
  EXPECT_TRUE(files().contains("new-file.img"));
  must(service_->create_ramdisk(ramdisk("next")));
  ASSERT_EQ(notices_.size(), 1U);
  EXPECT_THAT(notices_[0], testing::AllOf(HasSubstr("'the interrupted one'"), HasSubstr("it was undone"),
                                          HasSubstr("new-file.img that it had made was removed")));
  EXPECT_FALSE(files().contains("new-file.img"));
}

TEST_P(RecoveryTest, AFileThatSomebodyElsePutThereIsNotRemoved) {
  // Made before, so that it cannot have the inode of the interrupted change's file.
  write_file("other", 1048576);
  ASSERT_TRUE(interrupt(verbs()[0], 3));
  std::filesystem::rename(file("other"), file("new-file.img"));
  must(service_->create_ramdisk(ramdisk("next")));
  EXPECT_TRUE(files().contains("new-file.img"));
}

/// Where a batch is not all or nothing.
class SteppingRecoveryTest : public RecoveryTest {};

TEST_P(SteppingRecoveryTest, WhatSomebodyElseWroteSinceStays) {
  // The first of the two values is written, the second is not.
  ASSERT_TRUE(interrupt(verbs()[8], 4));
  const std::string attribute = "iscsi/iqn.2026-11.com.example:t/tpgt_1/attrib/login_timeout";
  ASSERT_EQ(*memory_->read(attribute), "20\n");
  ASSERT_TRUE(memory_->write(attribute, "25"));
  must(service_->create_ramdisk(ramdisk("next")));
  EXPECT_EQ(*memory_->read(attribute), "25\n");
  EXPECT_THAT(must(service_->drift()), testing::ElementsAre(HasSubstr("login_timeout is '25'")));
}

TEST_P(RecoveryTest, ARestoreRecoversToo) {
  ASSERT_TRUE(interrupt(verbs()[0], 3));
  must(service_->restore());
  EXPECT_EQ(notices_.size(), 1U);
  EXPECT_FALSE(files().contains("new-file.img"));
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Runtimes, RecoveryTest, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);
INSTANTIATE_TEST_SUITE_P(Runtimes, SteppingRecoveryTest, testing::Values(Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
