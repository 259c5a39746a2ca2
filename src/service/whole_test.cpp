// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ApplyText : public BothRuntimes {
 protected:
  std::string written(std::string_view more = "") const {
    return fmt::format(R"(
storage fileio disk f0 {{ path {}; size 1M; buffered true; }}
storage ramdisk disk rd0 size 1M
fabric iscsi target iqn.2026-11.com.example:t tpgt 1 {{
  enable true
  attribute authentication no
  parameter InitialR2T no
  lun 0 backend ramdisk:rd0
  lun 1 backend fileio:f0
  acl iqn.2026-11.com.example:ini {{ auth {{ userid u; password secret-of-12ch; }}; mapped_lun 0 target_lun 1; }}
  portal 127.0.0.1:3261
}}
{}
)",
                       file("f0.img"), more);
  }
  Result<Report> apply(const std::string& text) { return whole_->apply(text_source(text), {}); }
};

TEST_P(ApplyText, AValueThatTheTextDoesNotSetAnyMoreIsAFreshObjects) {
  const std::string target = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 ";
  const std::string file = "iscsi/iqn.2026-11.com.example:t/tpgt_1/attrib/login_timeout";
  must(apply(target + "attribute login_timeout 20"));
  EXPECT_EQ(memory_->read(file)->substr(0, 2), "20");
  must(apply(target + "enable no"));
  EXPECT_EQ(memory_->read(file)->substr(0, 2), "15");
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(ApplyText, ServesTheKernelsFabricsAndPluginsOnTheKernelOnly) {
  const auto applied = apply(R"(
storage user disk tape { config file/y; size 1M; }
storage user disk image { config file/x; size 1M; alua { group_1_name fast; group_1_preferred yes; }; }
fabric loopback target naa.5001405000000001 { lun 0 backend user:tape; }
fabric vhost target naa.5001405000000002 tpgt 1 lun 0 { backend user:image; alua_tg_pt_gp_name fast; }
fabric qla2xxx target naa.2100000e1e123456 {
  enable yes
  lun 0 backend user:image
  acl naa.2100000e1e999999 { tag rack; tcq_depth 8; mapped_lun 0 target_lun 0; }
}
)");
  if (GetParam() == Kind::transactional) {
    ASSERT_FALSE(applied);
    EXPECT_THAT(applied.error().message, HasSubstr("storage user exists on the kernel's target only"));
    return;
  }
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  EXPECT_NE(memory_->read("loopback/naa.5001405000000001/tpgt_1/nexus")->find("naa.5001405"),
            std::string::npos);
  // Old files may have it; only iSCSI's ACLs have the file.
  EXPECT_FALSE(memory_->read("qla2xxx/21:00:00:0e:1e:12:34:56/tpgt_1/acls/21:00:00:0e:1e:99:99:99/tag"));
  must(apply(""));
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(ApplyText, IsOneGenerationAndRunsAsWritten) {
  write_file("f0.img", 1048576);
  const Report report = must(apply(written()));
  EXPECT_EQ(report.left_out, 0U);
  EXPECT_THAT(report.lines, ElementsAre(HasSubstr("Applied test.lio: ")));
  EXPECT_EQ(generation(), 1U);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  const std::string tpg = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  // Ruling 10.
  EXPECT_EQ(recorded(tpg + " acl iqn.2026-11.com.example:ini")->groups.at("attribute").at("authentication"),
            "1");
  const std::string alias(recorded(tpg + " lun 0")->attribute("alias"));
  EXPECT_EQ(alias.size(), 10U);
  // Again: what was chosen stays.
  EXPECT_THAT(must(apply(written())).lines, ElementsAre(HasSubstr("Nothing to do")));
  EXPECT_EQ(generation(), 1U);
  EXPECT_EQ(recorded(tpg + " lun 0")->attribute("alias"), alias);
}

TEST_P(ApplyText, RemovesWhatIsNotInItButNotWhatOthersMade) {
  must(service_->create_ramdisk(ramdisk("gone")));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8/foreign"));
  write_file("f0.img", 1048576);
  EXPECT_THAT(must(whole_->plan(text_source(written()))).concerns,
              ElementsAre("the data in RAM disk gone is lost"));
  const ApplyOptions nothing_agreed{.agreed = std::vector<std::string>{}};
  EXPECT_EQ(error_of(whole_->apply(text_source(written()), nothing_agreed)).errnum, ESTALE);
  must(apply(written()));
  EXPECT_EQ(recorded("storage rd_mcp disk gone"), nullptr);
  EXPECT_TRUE(memory_->list("core/rd_mcp_8/foreign"));
  EXPECT_THAT(must(service_->drift()), ElementsAre(HasSubstr("disk foreign: it runs")));
}

TEST_P(ApplyText, ADiskWithoutItsFileIsPendingAndNoFileIsMade) {
  const Report report = must(apply(written()));
  EXPECT_EQ(report.left_out, 1U);
  EXPECT_FALSE(files().contains("f0.img"));
  for (const Difference& difference : must(service_->compare(Scope{})).differences) {
    EXPECT_EQ(difference.kind, SyncKind::pending) << difference.text;
  }
  write_file("f0.img", 1048576);
  EXPECT_EQ(must(service_->restore()).left_out, 0U);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(ApplyText, AFailureAtAnyOperationLeavesEverythingAsItWas) {
  write_file("f0.img", 1048576);
  must(service_->create_fileio(fileio("gone")));
  const std::string before = dump();
  std::size_t n = 1;
  for (; n < 100; ++n) {
    fault_.fail_at(n, EIO);
    if (apply(written())) break;
    ASSERT_EQ(target::first_difference(dump(), before), "") << n;
    ASSERT_EQ(generation(), 1U);
  }
  EXPECT_GT(n, 20U);
}

TEST_P(ApplyText, AllMistakesAreNamedAtOnceEachInItsPlace) {
  const std::string_view text =
      "storage ramdisk disk a size lots\n"
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 {\n"
      "    enabel yes\n"
      "    lun 0 backend ramdisk:none\n"
      "    acl iqn.2026-11.com.example:ini mapped_lun 0 target_lun 7\n"
      "}\n";
  for (const bool only_plan : {true, false}) {
    const Error error = only_plan ? error_of(whole_->plan(text_source(text)))
                                  : error_of(whole_->apply(text_source(text), {}));
    EXPECT_EQ(error.errnum, EINVAL);
    for (const char* place : {"test.lio:1:29: ", "test.lio:3:5: ", "test.lio:4:19: ", "test.lio:5:61: "})
      EXPECT_THAT(error.message, HasSubstr(place));
  }
  EXPECT_EQ(generation(), 0U);
  EXPECT_FALSE(memory_->list("iscsi"));
}

TEST_P(ApplyText, CommentsAreRecordedWithWhatTheyStandOn) {
  const std::string disk = "storage ramdisk disk a { wwn x; size 4096; }\n";
  must(apply("# of the mail server\n" + disk));
  EXPECT_THAT(must(whole_->text_of({}, {})), HasSubstr("    # of the mail server\n    disk a {\n"));
  EXPECT_FALSE(must(apply("# of the mail server\n" + disk)).changed);
  operations();
  EXPECT_TRUE(must(apply("# of nobody\n" + disk)).changed);
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(generation(), 2U);
  must(service_->create_ramdisk(ramdisk("b")));
  const auto again = must(store::open(folder_ / "store"));
  EXPECT_THAT(config::print(must(again->head()).tree), HasSubstr("# of nobody\n"));
}

TEST_P(ApplyText, MistakesAreNamed) {
  write_file("f0.img", 1048576);
  const auto refused = [&](std::string_view more, std::string_view what) {
    const Error error = error_of(apply(written(more)));
    EXPECT_THAT(error.message, HasSubstr(what));
  };
  refused("storage fileio disk f1 path " + file("f0.img"), "has " + file("f0.img") + " already");
  refused("storage fileio disk f1 path relative", "is not an absolute path");
  refused("storage fileio disk f0 attribute emulate_write_cache 1", "follows from how the file is opened");
  refused("storage ramdisk disk rd1 size 0", "'0' is not a size");
  refused("storage ramdisk { disk rd1 { size 1M; wwn x; }; disk rd2 { size 1M; wwn x; } }",
          "it is the serial of storage ramdisk disk rd1 already");
  refused("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 2 backend ramdisk:none",
          "there is no disk");
  refused("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 portal x", "not ADDRESS:PORT");
  refused(
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:x mapped_lun 0 "
      "target_lun 7",
      "there is no lun 7");
  refused("nonsense", "test.lio");
  EXPECT_EQ(generation(), 0U);
}

/// What is known to run is not read back.
class KnownInSync : public ServiceFixture {
 protected:
  KnownInSync() { write_file("f0.img", 1048576); }
  std::string written(std::string_view more = "") const {
    return fmt::format(R"(
storage fileio disk f0 {{ path {}; size 1M; hba 7; wwn serial-f; }}
storage rd_mcp disk rd0 {{ size 1M; hba 8; wwn serial-r; }}
fabric iscsi target iqn.2026-11.com.example:t tpgt 1 {{
  enable yes
  lun 0 {{ backend rd_mcp:rd0; alias a; }}
  lun 1 {{ backend fileio:f0; alias b; }}
  acl iqn.2026-11.com.example:ini {{ auth {{ userid u; password secret-of-12ch; }}; mapped_lun 0 {{ target_lun 1; alias c; }}; }}
  portal 127.0.0.1:3261
}}
{}
)",
                       file("f0.img"), more);
  }
  /// How often the whole tree was read meanwhile.
  std::size_t reads_for(const std::string& text, const ApplyOptions& options = {}) {
    record_.clear();
    must(whole_->apply(text_source(text), options));
    return record_.tree_reads();
  }
  static constexpr std::string_view timeout_file =
      "iscsi/iqn.2026-11.com.example:t/tpgt_1/attrib/login_timeout";
};

TEST_F(KnownInSync, NothingIsReadBackThatNobodyHasChanged) {
  must(apply(text_source(written())));
  EXPECT_EQ(reads_for(written()), 0U);
  EXPECT_EQ(reads_for(written("storage ramdisk disk more size 1M")), 0U);
  EXPECT_EQ(generation(), 2U);
  must(service_->create_ramdisk(ramdisk("another")));
  must(service_->delete_disk("ramdisk", "another"));
  EXPECT_EQ(reads_for(written("storage ramdisk disk more size 1M\nstorage ramdisk disk less size 1M")), 0U)
      << "edits are known, too";
  EXPECT_EQ(reads_for(written()), 0U);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  const auto again = must(store::open(folder_ / "store"));
  context_.store = again.get();
  record_.clear();
  EXPECT_EQ(must(make_configurations(context_)->plan(text_source(written()))).steps.size(), 0U);
  EXPECT_EQ(record_.tree_reads(), 0U) << "another process knows it as well";
}

TEST_F(KnownInSync, WhatSomebodyElseDidIsFoundAsEver) {
  const std::string wanted =
      written("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 attribute login_timeout 20");
  must(apply(text_source(wanted)));
  ASSERT_TRUE(memory_->write(timeout_file, "19"));
  const ApplyOptions nothing_agreed{.agreed = std::vector<std::string>{}};
  const Error error = error_of(whole_->apply(text_source(wanted), nothing_agreed));
  EXPECT_EQ(error.errnum, ESTALE);
  EXPECT_THAT(error.message, HasSubstr("login_timeout is '19', recorded is '20'"));
  EXPECT_EQ(memory_->read(timeout_file)->substr(0, 2), "19");
  must(service_->create_ramdisk(ramdisk("elsewhere")));
  EXPECT_EQ(error_of(whole_->apply(text_source(wanted), nothing_agreed)).errnum, ESTALE)
      << "an edit beside it does not make it unseen";
  must(apply(text_source(wanted)));
  EXPECT_EQ(memory_->read(timeout_file)->substr(0, 2), "20");
  EXPECT_EQ(reads_for(wanted), 0U);
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_77"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_77/foreign"));
  EXPECT_GT(reads_for(written()), 0U);
  EXPECT_GT(reads_for(wanted), 0U) << "what is foreign is looked at each time";
  EXPECT_TRUE(memory_->list("core/rd_mcp_77/foreign"));
}

TEST_F(KnownInSync, PlansAreThoseOfReadingBack) {
  const std::string tpg = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 ";
  must(apply(text_source(written(tpg + "attribute login_timeout 20"))));
  for (const std::string& more :
       {std::string(), std::string("storage ramdisk disk more size 1M"), tpg + "attribute login_timeout 21",
        tpg + "{ lun 4 backend ramdisk:rd0\nacl iqn.2026-11.com.example:j mapped_lun 1 target_lun 4 }",
        tpg + "{ enable no\nattribute authentication yes }", tpg + "portal 127.0.0.1:3262",
        std::string("storage rd_mcp disk rd0 size 2M"), std::string("storage fileio disk f0 buffered yes")}) {
    const auto steps_of = [&](bool known) {
      if (!known) std::filesystem::remove(folder_ / "store" / "in-sync");
      record_.clear();
      const auto plan = whole_->plan(text_source(written(more)));
      EXPECT_EQ(record_.tree_reads() == 0, known) << more;
      std::string steps = plan ? "" : plan.error().message;
      if (!plan) return steps;
      for (const PlannedStep& step : plan->steps) {
        steps += fmt::format("{} {} {}\n", static_cast<int>(step.kind), step.object, step.loses);
        for (const std::string& write : step.writes) steps += "  " + write + "\n";
      }
      return steps;
    };
    must(service_->restore());
    const std::string known = steps_of(true);
    EXPECT_EQ(known, steps_of(false)) << more;
  }
}

TEST_F(KnownInSync, AFailedChangeChangesNothingOfIt) {
  must(apply(text_source(written())));
  fault_.fail_at(2, EIO);
  error_of(apply(text_source(written("storage ramdisk disk more size 1M"))));
  EXPECT_EQ(generation(), 1U);
  must(apply(text_source(written("storage ramdisk disk more size 1M"))));
  EXPECT_EQ(reads_for(written()), 0U);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Runtimes, ApplyText, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);

}  // namespace
}  // namespace lunet::service
