// SPDX-License-Identifier: Apache-2.0
#include "service/configurations.h"

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WholeConfigurations : public BothRuntimes {
 protected:
  Report undo() {
    const UndoGoal goal = must(whole_->undo_goal());
    return must(whole_->apply(goal.source, {.why = goal.why}));
  }
  std::set<std::string> disks() {
    std::set<std::string> names;
    head_ = *store_->head();
    for (const auto& [group, storage] : head_.tree.root.children) {
      for (const auto& [key, disk] : storage.children) {
        if (key.object_class == config::ObjectClass::disk) names.insert(key.id);
      }
    }
    return names;
  }
};

TEST_P(WholeConfigurations, ARollbackMakesAnEarlierGenerationRunAgain) {
  must(service_->create_fileio(fileio("a")));
  must(service_->create_target(wwn));
  const std::string before = dump();
  const std::string text_before = text();
  must(service_->create_lun(tpg(), lun_of("fileio", "a")));
  must(service_->delete_disk("fileio", "a"));
  const PlanReport plan = must(whole_->plan(generation_source(2)));
  EXPECT_TRUE(plan.differs());
  must(apply(generation_source(2)));
  EXPECT_EQ(target::first_difference(dump(), before), "");
  EXPECT_EQ(text(), text_before);
  EXPECT_EQ(generation(), 5U);
  EXPECT_FALSE(must(whole_->plan(generation_source(2))).differs());
  EXPECT_THAT(must(apply(generation_source(2))).lines, ElementsAre(HasSubstr("Nothing to do")));
}

TEST_P(WholeConfigurations, ARollbackNeitherMakesNorRemovesADataFile) {
  must(service_->create_fileio(fileio("a")));
  must(service_->create_fileio(fileio("b")));
  must(service_->delete_disk("fileio", "a"));
  std::filesystem::remove(file("a.img"));
  const Report report = must(apply(generation_source(2)));
  EXPECT_EQ(report.left_out, 1U);
  EXPECT_FALSE(files().contains("a.img"));
  EXPECT_THAT(disks(), ElementsAre("a", "b"));
  must(apply(generation_source(0)));
  EXPECT_TRUE(files().contains("b.img"));
  EXPECT_THAT(disks(), IsEmpty());
}

TEST_P(WholeConfigurations, UndosGoBackOneChangeEach) {
  for (const char* name : {"a", "b", "c"}) must(service_->create_ramdisk(ramdisk(name)));
  undo();
  EXPECT_THAT(disks(), ElementsAre("a", "b"));
  undo();
  EXPECT_THAT(disks(), ElementsAre("a"));
  must(service_->create_ramdisk(ramdisk("d")));
  undo();
  EXPECT_THAT(disks(), ElementsAre("a"));
  undo();
  EXPECT_THAT(disks(), IsEmpty());
  EXPECT_EQ(error_of(whole_->undo_goal()).errnum, ENOENT);
  // It is in the history, so an undo can be taken back.
  must(apply(generation_source(3)));
  EXPECT_THAT(disks(), ElementsAre("a", "b", "c"));
}

TEST_P(WholeConfigurations, AnUndoStopsAtWhatRanBefore) {
  ASSERT_TRUE(memory_->make_dir("iscsi"));
  ASSERT_TRUE(memory_->make_dir("iscsi/iqn.2026-11.com.example:old"));
  ASSERT_TRUE(memory_->make_dir("iscsi/iqn.2026-11.com.example:old/tpgt_1"));
  must(service_->create_ramdisk(ramdisk("a")));
  EXPECT_EQ(generation(), 2U);
  undo();
  EXPECT_THAT(disks(), IsEmpty());
  EXPECT_THAT(error_of(whole_->undo_goal()).message, HasSubstr("what ran before Lunet was used"));
}

TEST_P(WholeConfigurations, ClearingRemovesWhatIsRecordedOnly) {
  make_exported();
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8/foreign"));
  must(apply(text_source("")));
  EXPECT_EQ(text(), "");
  EXPECT_TRUE(memory_->list("core/rd_mcp_8/foreign"));
  undo();
  EXPECT_NE(recorded("storage rd_mcp disk rd0"), nullptr);
}

TEST_P(WholeConfigurations, WhatTheRuntimeRefusesIsLeftOutWhenTheRestIsToBeServed) {
  const Source source = text_source("storage ramdisk { disk a size 1M; disk b size 1M; }");
  fault_.fail_at(3, EIO);
  const Report report = must(whole_->apply(source, {.what_can = true}));
  fault_.fail_at(1'000'000, EIO);
  EXPECT_GE(report.left_out, 1U);
  EXPECT_THAT(disks(), ElementsAre("a", "b"));
  for (const Difference& each : must(service_->compare(Scope{})).differences)
    EXPECT_EQ(each.kind, SyncKind::degraded) << each.text;
  EXPECT_EQ(must(service_->restore()).left_out, 0U);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(WholeConfigurations, GenerationsAreComparedWithoutARuntime) {
  must(service_->create_ramdisk(ramdisk("a")));
  must(service_->create_ramdisk(ramdisk("b")));
  Context context;
  context.store = store_.get();
  const auto alone = make_configurations(context);
  const auto changes = must(alone->differences(generation_source(1), {}));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(config::path_text(changes[0].object), "storage rd_mcp disk b");
  EXPECT_EQ(must(alone->tree_of(generation_source(0))), config::Tree{});
}

TEST_P(WholeConfigurations, APartOfTheTextIsFoundByPatternAndKind) {
  must(
      apply(text_source("storage ramdisk { disk a { size 1M; hba 0; wwn serial-a; attribute { emulate_caw "
                        "no; emulate_3pc yes; } }\n"
                        "disk ab { size 2M; hba 1; wwn serial-b; } }\n"
                        "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 0 backend ramdisk:a")));
  const auto text = [&](std::string_view pattern, TextPart part) {
    return must(whole_->text_of({}, {.pattern = std::string(pattern), .part = part}));
  };
  EXPECT_EQ(text("storage .* disk a", TextPart::objects), "storage rd_mcp disk a\n") << "the whole word";
  EXPECT_EQ(text("storage .* disk a.*", TextPart::objects),
            "storage rd_mcp disk a\nstorage rd_mcp disk ab\n");
  EXPECT_THAT(text("fabric .* target .* tpgt .* lun .*", TextPart::everything),
              HasSubstr("backend rd_mcp:a"));
  EXPECT_THAT(text("storage .* disk a", TextPart::changed), HasSubstr("emulate_caw"));
  EXPECT_EQ(text("storage .* disk a", TextPart::changed).find("emulate_3pc"), std::string::npos);
  EXPECT_THAT(text("storage .* disk a", TextPart::defaults), HasSubstr("emulate_3pc"));
  EXPECT_EQ(text("storage .* disk a", TextPart::defaults).find("emulate_caw"), std::string::npos);
  EXPECT_THAT(text("storage .* disk a", TextPart::required), HasSubstr("size"));
  EXPECT_EQ(text("", TextPart::missing), "") << "nothing that can run lacks a value";
  EXPECT_FALSE(whole_->text_of({}, {.pattern = "storage ((", .part = TextPart::objects}));
}

INSTANTIATE_TEST_SUITE_P(Runtimes, WholeConfigurations, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);

}  // namespace
}  // namespace lunet::service
