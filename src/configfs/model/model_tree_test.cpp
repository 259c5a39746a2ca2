// SPDX-License-Identifier: Apache-2.0
// What Effects are told, in which order, and what their refusal does (effects.h).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/model.h"

namespace lunet::configfs {
namespace {

using testing::ElementsAre;

/// Writes down every call; refuses what it is told to.
class ScriptedEffects : public Effects {
 public:
  Result<> apply(const Change& change, const ModelView& view) override {
    calls.push_back("apply " + describe(change) + (shows(change, view) ? "" : " UNSEEN"));
    if (describe(change) == refused) return Error{EADDRINUSE, "the port is in use", "free it"};
    return {};
  }
  void undo(const Change& change, const ModelView& view) override {
    calls.push_back("undo " + describe(change) + (shows(change, view) ? " STILL SEEN" : ""));
  }
  void publish(std::span<const Change> changes, const ModelView&) override {
    calls.push_back("publish " + std::to_string(changes.size()));
  }
  std::optional<Unsettled> settle(std::span<const Change> changes) override {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (describe(changes[i]) == unsettled) return Unsettled{i, {ETIMEDOUT, "still in use", "wait"}};
    }
    return std::nullopt;
  }
  void withdraw(std::span<const Change> changes, const ModelView&) override {
    calls.push_back("withdraw " + std::to_string(changes.size()));
  }
  std::optional<std::string> read(ObjectKind kind, std::string_view object, std::string_view file,
                                  const ModelView&) override {
    if (kind == ObjectKind::disk && object == "core/rd_mcp_0/d" && file == "info") return "from the engine";
    return std::nullopt;
  }

  static std::string describe(const Change& change) {
    static constexpr const char* names[] = {"made", "removed", "linked", "unlinked", "written"};
    std::string text = std::string(names[static_cast<int>(change.kind)]) + " " + change.object;
    if (!change.file.empty()) text += " " + change.file;
    if (change.kind == ChangeKind::written) text += " " + change.old_value + "->" + change.value;
    return text;
  }
  /// Whether the view has the change.
  static bool shows(const Change& change, const ModelView& view) {
    switch (change.kind) {
      case ChangeKind::made: return view.exists(change.object);
      case ChangeKind::removed: return !view.exists(change.object);
      case ChangeKind::linked: return view.link_target(change.object) == change.value;
      case ChangeKind::unlinked: return view.link_target(change.object).empty();
      case ChangeKind::written:
        if (change.file == "control") return !view.control_setting(change.object, "rd_pages").empty();
        return view.value(change.object + "/" + change.file) == change.value;
    }
    return false;
  }

  std::vector<std::string> calls;
  std::string refused;
  std::string unsettled;
};

std::vector<Operation> disk_operations() {
  return {{Verb::make_dir, "core/rd_mcp_0", {}},
          {Verb::make_dir, "core/rd_mcp_0/d", {}},
          {Verb::write, "core/rd_mcp_0/d/control", "rd_pages=16\n"},
          {Verb::read, "version", {}},
          {Verb::write, "core/rd_mcp_0/d/enable", "1\n"}};
}

TEST(Effects, SeeEachChangeInTheTreeAndThenOnePublish) {
  ScriptedEffects effects;
  const auto tree = make_model_tree(Flavour::lunetd, effects);
  ASSERT_TRUE(tree->batch(disk_operations()));
  EXPECT_THAT(effects.calls, ElementsAre("apply made core/rd_mcp_0", "apply made core/rd_mcp_0/d",
                                         "apply written core/rd_mcp_0/d control ->rd_pages=16",
                                         "apply written core/rd_mcp_0/d enable 0->1", "publish 4"));
}

TEST(Effects, ABatchThatDoesNotSettleIsUndoneAndWithdrawn) {
  ScriptedEffects effects;
  const auto tree = make_model_tree(Flavour::lunetd, effects);
  ASSERT_TRUE(tree->batch(disk_operations()));
  effects.calls.clear();
  effects.unsettled = "removed core/rd_mcp_0/d";
  const auto watch = tree->watch("core");
  const std::vector<Operation> operations = {{Verb::make_dir, "core/rd_mcp_0/e", {}},
                                             {Verb::read, "version", {}},
                                             {Verb::remove_dir, "core/rd_mcp_0/d", {}},
                                             {Verb::make_dir, "core/rd_mcp_0/f", {}}};
  const BatchResult result = tree->batch(operations);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, 2U);
  EXPECT_EQ(result.answers.size(), 2U);
  EXPECT_EQ(result.failure->error.errnum, ETIMEDOUT);
  EXPECT_THAT(result.failure->error.message, testing::HasSubstr("core/rd_mcp_0/d"));
  EXPECT_THAT(effects.calls,
              ElementsAre("apply made core/rd_mcp_0/e", "apply removed core/rd_mcp_0/d",
                          "apply made core/rd_mcp_0/f", "publish 3", "undo made core/rd_mcp_0/f",
                          "undo removed core/rd_mcp_0/d", "undo made core/rd_mcp_0/e", "withdraw 3"));
  EXPECT_TRUE(tree->list("core/rd_mcp_0/d"));
  EXPECT_FALSE(tree->list("core/rd_mcp_0/e"));
  EXPECT_EQ((*watch)->next(0).error().errnum, ETIMEDOUT) << "no event of what did not happen";
}

TEST(Effects, ARefusalIsTheCallersErrorAndUndoesTheBatchBackwards) {
  ScriptedEffects effects;
  const auto tree = make_model_tree(Flavour::lunetd, effects);
  effects.refused = "written core/rd_mcp_0/d enable 0->1";
  const BatchResult result = tree->batch(disk_operations());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, 4U);
  EXPECT_EQ(result.failure->error.errnum, EADDRINUSE);
  EXPECT_EQ(result.failure->error.message,
            "write core/rd_mcp_0/d/enable: Address already in use (the port is in use)");
  EXPECT_EQ(result.failure->error.hint, "free it");
  effects.calls.erase(effects.calls.begin(), effects.calls.begin() + 4);
  EXPECT_THAT(effects.calls, ElementsAre("undo written core/rd_mcp_0/d control ->rd_pages=16",
                                         "undo made core/rd_mcp_0/d", "undo made core/rd_mcp_0"));
  EXPECT_EQ(tree->list("core/rd_mcp_0").error().errnum, ENOENT);
}

TEST(Effects, AreNotToldOfWhatTheRulesRefuseOrWhatOnlyReads) {
  ScriptedEffects effects;
  const auto tree = make_model_tree(Flavour::lunetd, effects);
  EXPECT_FALSE(tree->make_dir("core/nosuch_0"));
  EXPECT_TRUE(tree->read("version"));
  EXPECT_TRUE(tree->read_tree("", {}));
  EXPECT_TRUE(effects.calls.empty());
}

TEST(Effects, LinksAndRemovalsAreSeenToo) {
  ScriptedEffects effects;
  const auto tree = make_model_tree(Flavour::lunetd, effects);
  ASSERT_TRUE(tree->batch(disk_operations()));
  for (const char* path : {"iscsi", "iscsi/t", "iscsi/t/tpgt_1", "iscsi/t/tpgt_1/lun/lun_0"})
    ASSERT_TRUE(tree->make_dir(path));
  effects.calls.clear();
  const std::vector<Operation> operations = {{Verb::link, "iscsi/t/tpgt_1/lun/lun_0/l", "core/rd_mcp_0/d"},
                                             {Verb::unlink, "iscsi/t/tpgt_1/lun/lun_0/l", {}},
                                             {Verb::remove_dir, "iscsi/t/tpgt_1/lun/lun_0", {}},
                                             {Verb::make_dir, "core/nosuch_1", {}}};
  EXPECT_FALSE(tree->batch(operations));
  EXPECT_THAT(
      effects.calls,
      ElementsAre("apply linked iscsi/t/tpgt_1/lun/lun_0 l", "apply unlinked iscsi/t/tpgt_1/lun/lun_0 l",
                  "apply removed iscsi/t/tpgt_1/lun/lun_0", "undo removed iscsi/t/tpgt_1/lun/lun_0",
                  "undo unlinked iscsi/t/tpgt_1/lun/lun_0 l", "undo linked iscsi/t/tpgt_1/lun/lun_0 l"));
}

TEST(Effects, AnswerStateBeforeTheModelDoes) {
  ScriptedEffects effects;
  const auto tree = make_model_tree(Flavour::lunetd, effects);
  ASSERT_TRUE(tree->batch(disk_operations()));
  EXPECT_EQ(*tree->read("core/rd_mcp_0/d/info"), "from the engine\n");
  EXPECT_EQ(tree->read_tree("core/rd_mcp_0/d", {.state = true})->value("info"), "from the engine");
  EXPECT_EQ(*tree->read("core/rd_mcp_0/d/pr/res_holder"), "No SPC-3 Reservation holder\n");
}

TEST(Effects, AreNotToldOfATpgThatIsEnabledAlready) {
  ScriptedEffects effects;
  const auto tree = make_model_tree(Flavour::lunetd, effects);
  for (const char* path : {"iscsi", "iscsi/t", "iscsi/t/tpgt_1"}) ASSERT_TRUE(tree->make_dir(path));
  ASSERT_TRUE(tree->write("iscsi/t/tpgt_1/enable", "1"));
  effects.calls.clear();
  ASSERT_TRUE(tree->write("iscsi/t/tpgt_1/enable", "1"));
  EXPECT_TRUE(effects.calls.empty());
}

}  // namespace
}  // namespace lunet::configfs
