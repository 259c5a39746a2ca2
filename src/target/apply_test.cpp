// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/fault_tree.h"
#include "configfs/kernel_calls.h"
#include "configfs/model/memory_tree.h"
#include "configfs/record_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

using configfs::FaultTree;
using testing::HasSubstr;

constexpr std::string_view before_text = R"(
storage rd_mcp disk old { size 1M; wwn 0; hba 3; }
fabric iscsi target iqn.2026-11.com.example:old tpgt 1 {
    enable yes
    parameter InitialR2T No
    lun 0 { backend rd_mcp:old; alias 0000000000; }
    acl iqn.2026-11.com.example:ini {
        auth { userid user; password secret-of-12ch; }
        mapped_lun 0 { target_lun 0; write_protect yes; alias 1111111111; }
    }
    portal 127.0.0.1:3261
}
)";
constexpr std::string_view after_text = R"(
storage fileio disk f0 { path /tmp/f0.img; size 1M; buffered yes; wwn 1; hba 0; }
fabric iscsi discovery_auth { enable yes; userid a; }
fabric iscsi target iqn.2026-11.com.example:new tpgt 1 {
    enable yes
    attribute authentication 0
    lun 0 { backend fileio:f0; alias 2222222222; }
    acl iqn.2026-11.com.example:ini mapped_lun 3 { target_lun 0; write_protect yes; alias 3333333333; }
    portal 127.0.0.1:3262
}
)";

config::Tree parse(std::string_view text) {
  auto tree = config::parse(text, "test");
  EXPECT_TRUE(tree) << tree.error().message;
  return tree ? *tree : config::Tree{};
}

/// Every operation of a plan that removes, makes and changes fails once; the tree must be as before each
/// time.
void fail_each_operation(configfs::Tree& live) {
  const auto first = make_plan({}, parse(before_text), live);
  ASSERT_TRUE(first) << first.error().message;
  const auto prepared = apply(live, *first);
  ASSERT_TRUE(prepared) << prepared.error().message;
  const std::string before = dump(live);
  const config::Tree from = parse(before_text);
  const config::Tree to = parse(after_text);
  const auto plan = make_plan(from, to, live);
  ASSERT_TRUE(plan) << plan.error().message;
  std::size_t operations = 0;
  for (const Step& step : plan->steps) operations += step.operations.size();
  ASSERT_GT(operations, 30U);
  for (std::size_t n = 1; n <= operations; ++n) {
    FaultTree faulty(live);
    faulty.fail_at(n, EIO);
    Failure failure;
    const auto applied = apply(faulty, *plan, &failure);
    ASSERT_FALSE(applied) << n;
    EXPECT_TRUE(failure.undone) << n << ": " << applied.error().message;
    EXPECT_EQ(applied.error().errnum, EIO);
    ASSERT_EQ(first_difference(dump(live), before), "")
        << "operation " << n << ": " << applied.error().message;
  }
  const auto applied = apply(live, *plan);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_NE(first_difference(dump(live), before), "");
  const auto undone = apply(live, inverse(*plan));
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_EQ(first_difference(dump(live), before), "");
}

TEST(Apply, AFailureAtAnyOperationLeavesATransactionalTreeUntouched) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::lunetd);
  fail_each_operation(*live);
}

TEST(Apply, AFailureAtAnyOperationIsUndoneOnATreeWithoutTransactions) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  SteppingTree stepping(*live);
  fail_each_operation(stepping);
}

TEST(Apply, TheErrorSaysWhatWasTriedWhereAndWhy) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  const auto plan = make_plan(
      {}, parse("storage fileio disk f0 { path /no-such-folder/f0.img; size 1M; buffered no; hba 0; }\n"),
      *live);
  ASSERT_TRUE(plan);
  const auto applied = apply(*live, *plan);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().errnum, ENOENT);
  EXPECT_THAT(applied.error().message,
              testing::AllOf(HasSubstr("creating storage fileio disk f0"), HasSubstr("write"),
                             HasSubstr("core/fileio_0/f0/enable"), HasSubstr("No such file or directory"),
                             HasSubstr("the backing file or its folder does not exist")));
  EXPECT_FALSE(applied.error().hint.empty());
}

/// Fails at one operation and from then on at every removal.
class StuckTree : public SteppingTree {
 public:
  using SteppingTree::SteppingTree;
  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const bool fails =
          operations[i].path.ends_with("/enable") || operations[i].verb == configfs::Verb::remove_dir;
      if (!fails) continue;
      configfs::BatchResult result = SteppingTree::batch(operations.first(i));
      result.failure =
          std::make_unique<configfs::BatchFailure>(configfs::BatchFailure{i, Error{EBUSY, "", ""}});
      return result;
    }
    return SteppingTree::batch(operations);
  }
};

TEST(Apply, AFailedUndoIsToldWithTheFirstError) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  StuckTree stuck(*live);
  const auto plan = make_plan({}, parse("storage rd_mcp disk rd0 { size 1M; hba 0; }\n"), stuck);
  ASSERT_TRUE(plan);
  Failure failure;
  const auto applied = apply(stuck, *plan, &failure);
  ASSERT_FALSE(applied);
  EXPECT_FALSE(failure.undone);
  EXPECT_EQ(failure.object, "storage rd_mcp disk rd0");
  EXPECT_THAT(
      applied.error().message,
      testing::AllOf(HasSubstr("core/rd_mcp_0/rd0/enable"), HasSubstr("not everything could be undone"),
                     HasSubstr("was left as it is"), HasSubstr("rmdir core/rd_mcp_0/rd0")));
}

TEST(Apply, ADiskIsMadeAgainOnItsFileInOneTransaction) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::lunetd);
  const config::Tree from = parse("storage fileio disk f { path /tmp/f; size 1M; hba 0; wwn a; }\n");
  const config::Tree to = parse("storage fileio disk f { path /tmp/f; size 1M; hba 0; wwn b; }\n");
  const auto first = make_plan({}, from, *live);
  ASSERT_TRUE(first && apply(*live, *first));
  const std::string before = dump(*live);
  const auto plan = make_plan(from, to, *live);
  ASSERT_TRUE(plan) << plan.error().message;
  std::size_t operations = 0;
  for (const Step& step : plan->steps) operations += step.operations.size();
  for (std::size_t n = 1; n <= operations; ++n) {
    FaultTree faulty(*live);
    faulty.fail_at(n, EIO);
    Failure failure;
    ASSERT_FALSE(apply(faulty, *plan, &failure)) << n;
    EXPECT_TRUE(failure.undone) << n;
    ASSERT_EQ(first_difference(dump(*live), before), "") << n;
  }
  configfs::RecordTree record(*live);
  ASSERT_TRUE(apply(record, *plan));
  ASSERT_FALSE(record.records().empty());
  EXPECT_EQ(record.records().front().batch, record.records().back().batch);
  EXPECT_THAT(*live->read("core/fileio_0/f/wwn/vpd_unit_serial"), HasSubstr("Number: b"));
}

/// The call may be done whenever the kernel comes back, though nothing of its step was done before.
TEST(Apply, ACallThatSticksIsNeverTakenForUndone) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  const auto plan = make_plan({}, parse("storage rd_mcp disk rd0 { size 1M; hba 0; }\n"), *live);
  ASSERT_TRUE(plan);
  for (std::size_t n = 1; n <= plan->steps.front().operations.size(); ++n) {
    SteppingTree stepping(*live);
    FaultTree faulty(stepping);
    faulty.fail_at(n, configfs::stuck_errnum);
    Failure failure;
    const auto applied = apply(faulty, *plan, &failure);
    ASSERT_FALSE(applied);
    EXPECT_FALSE(failure.undone) << n;
    EXPECT_FALSE(failure.unknown) << n;
    EXPECT_THAT(failure.left, testing::ElementsAre("storage rd_mcp disk rd0")) << n;
    EXPECT_THAT(applied.error().message, HasSubstr("rd0 may still change")) << n;
  }
  SteppingTree stepping(*live);
  FaultTree refusing(stepping);
  refusing.fail_at(1, configfs::not_tried_errnum);
  Failure failure;
  ASSERT_FALSE(apply(refusing, *plan, &failure));
  EXPECT_TRUE(failure.undone);
}

}  // namespace
}  // namespace lunet::target
