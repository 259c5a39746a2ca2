// SPDX-License-Identifier: Apache-2.0
#include "store/rewrite.h"

#include <gmock/gmock.h>

#include "store/test_folder.h"

namespace lunet::store {
namespace {

/// The attribute `size` of every generation but the newest is 0.
std::function<bool(config::Tree&)> forget_sizes(const std::string& newest) {
  return [newest](config::Tree& tree) {
    const std::string size = size_in(tree);
    if (size == "none" || size == newest || size == "0") return false;
    tree.find(disk_a)->attributes["size"] = "0";
    return true;
  };
}

class RewriteHistory : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RewriteHistory, ChangesEarlierGenerationsOnly) {
  const TestFolder folder;
  const Options options{.snapshot_bytes = GetParam()};
  constexpr std::uint64_t last = 12;
  {
    const auto store = opened(folder, options);
    for (std::uint64_t i = 1; i <= last; ++i) set_size(*store, i);
  }
  const auto history = *opened(folder, options)->history(0);
  const auto changed = rewrite_history(folder.path(), forget_sizes(std::to_string(last)));
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_GE(*changed, last - 1);
  const auto store = opened(folder, options);
  EXPECT_EQ(size_in(store->head()->tree), std::to_string(last));
  for (std::uint64_t i = 1; i < last; ++i) {
    const auto tree = store->at(i);
    ASSERT_TRUE(tree) << i << tree.error().message;
    EXPECT_EQ(size_in(*tree), "0") << i;
  }
  const auto after = *store->history(0);
  ASSERT_EQ(after.size(), history.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].number, history[i].number);
    EXPECT_EQ(after[i].why, history[i].why);
  }
  // It goes on, and a second time there is nothing left to do.
  set_size(*store, last + 1);
  EXPECT_EQ(size_in(opened(folder, options)->head()->tree), std::to_string(last + 1));
}

INSTANTIATE_TEST_SUITE_P(OneJournalAndMany, RewriteHistory, testing::Values(1024 * 1024, 500));

TEST(RewriteHistoryOfNothing, OfAnEmptyFolderDoesNothing) {
  const TestFolder folder;
  const auto changed = rewrite_history(folder.path(), [](config::Tree&) { return true; });
  ASSERT_TRUE(changed);
  EXPECT_EQ(*changed, 0U);
}

}  // namespace
}  // namespace lunet::store
