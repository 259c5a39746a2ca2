// SPDX-License-Identifier: Apache-2.0
#include "service/elsewhere.h"

#include <gtest/gtest.h>

#include "service/service_test_support.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// A session that edits what is recorded.
class SessionEdits : public BothRuntimes {
 protected:
  Base begin() { return must(whole_->base()); }
  static Source edited(const Base& base, const std::function<void(config::Tree&)>& edit) {
    auto made = std::make_shared<Edited>(Edited{base.tree, base.generation, base.tree});
    edit(made->tree);
    return {.edited = made};
  }
  static void set(config::Tree& tree, std::string_view object, const std::string& name,
                  const std::string& value) {
    tree.find(path_of(object))->groups["attribute"][name] = value;
  }
  /// Somebody else writes into the runtime.
  void drift(std::string_view disk, std::string_view name, std::string_view value) {
    const auto directory = target::find_disk(*memory_, "rd_mcp", disk);
    ASSERT_TRUE(directory && !directory->empty());
    ASSERT_TRUE(memory_->write(fmt::format("{}/attrib/{}", *directory, name), value));
  }
};

TEST_P(SessionEdits, AreMadeAsOneGeneration) {
  must(service_->create_ramdisk(ramdisk("a")));
  const Source source = edited(begin(), [](config::Tree& tree) {
    set(tree, "storage rd_mcp disk a", "emulate_caw", "no");
    tree.ensure(path_of("storage rd_mcp disk b")).attributes["size"] = "1M";
  });
  must(apply(source));
  EXPECT_EQ(generation(), 2U);
  EXPECT_NE(recorded("storage rd_mcp disk b"), nullptr);
  EXPECT_EQ(must(service_->drift()).size(), 0U);
}

TEST_P(SessionEdits, AreMadeAgainOnWhatSomebodyElseRecorded) {
  must(service_->create_ramdisk(ramdisk("a")));
  must(service_->create_ramdisk(ramdisk("b")));
  const Base base = begin();
  must(service_->create_ramdisk(ramdisk("c")));
  const Source on_a =
      edited(base, [](config::Tree& tree) { set(tree, "storage rd_mcp disk a", "emulate_caw", "no"); });
  EXPECT_THAT(must(apply(on_a)).warnings, Contains(HasSubstr("it is made on generation 3 now")));
  EXPECT_NE(recorded("storage rd_mcp disk c"), nullptr);
  const Source on_a_again =
      edited(base, [](config::Tree& tree) { set(tree, "storage rd_mcp disk a", "emulate_tas", "no"); });
  const Error met = error_of(apply(on_a_again));
  EXPECT_EQ(met.errnum, EBUSY);
  EXPECT_THAT(met.message, HasSubstr("storage rd_mcp disk a"));
  EXPECT_EQ(generation(), 4U);
}

TEST_P(SessionEdits, LeaveDriftElsewhereAsItRuns) {
  must(service_->create_ramdisk(ramdisk("a")));
  must(service_->create_ramdisk(ramdisk("b")));
  must(apply(
      edited(begin(), [](config::Tree& tree) { set(tree, "storage rd_mcp disk b", "emulate_caw", "no"); })));
  drift("b", "emulate_caw", "1");
  const Source source =
      edited(begin(), [](config::Tree& tree) { set(tree, "storage rd_mcp disk a", "emulate_caw", "no"); });
  const PlanReport plan = must(whole_->plan(source));
  EXPECT_THAT(plan.notes, Contains(HasSubstr("drift stays: storage rd_mcp disk b")));
  EXPECT_TRUE(plan.concerns.empty());
  must(apply(source));
  EXPECT_EQ(must(service_->drift()).size(), 1U) << "it is still there";
}

TEST_P(SessionEdits, AreRefusedWhereTheyMeetDrift) {
  must(service_->create_ramdisk(ramdisk("a")));
  must(apply(
      edited(begin(), [](config::Tree& tree) { set(tree, "storage rd_mcp disk a", "emulate_caw", "no"); })));
  drift("a", "emulate_caw", "1");
  const Error met = error_of(apply(
      edited(begin(), [](config::Tree& tree) { set(tree, "storage rd_mcp disk a", "emulate_tas", "no"); })));
  EXPECT_EQ(met.errnum, ESTALE);
  EXPECT_THAT(met.message, HasSubstr("drift on storage rd_mcp disk a"));
}

TEST_P(SessionEdits, BeginWithWhatRunsWhereNothingIsRecorded) {
  must(service_->create_ramdisk(ramdisk("a")));
  std::filesystem::remove_all(folder_ / "store");
  store_ = std::move(*store::open(folder_ / "store"));
  context_.store = store_.get();
  whole_ = make_configurations(context_);
  const Base base = begin();
  EXPECT_EQ(base.generation, 0U);
  ASSERT_NE(base.tree.find(path_of("storage rd_mcp disk a")), nullptr);
  must(apply(edited(base, [](config::Tree& tree) {
    tree.ensure(path_of("storage rd_mcp disk b")).attributes["size"] = "1M";
  })));
  EXPECT_NE(recorded("storage rd_mcp disk a"), nullptr);
  EXPECT_NE(recorded("storage rd_mcp disk b"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, SessionEdits, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);

}  // namespace
}  // namespace lunet::service
