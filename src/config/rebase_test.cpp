// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/candidate.h"
#include "config/test_trees.h"

namespace lunet::config {
namespace {

constexpr std::string_view base_text = "storage rd_mcp { disk a size 1M\ndisk b size 1M }";

std::string rebased(std::string_view mine, std::string_view theirs) {
  const auto result = rebase(tree_of(base_text), tree_of(mine), tree_of(theirs));
  return result ? print(*result) : result.error().message;
}

}  // namespace

TEST(Rebase, EditsThatDoNotMeetAreBothThere) {
  EXPECT_EQ(rebased("storage rd_mcp { disk a size 2M\ndisk b size 1M }",
                    "storage rd_mcp { disk a size 1M\ndisk c size 3M }"),
            "storage rd_mcp {\n    disk a size 2M\n    disk c size 3M\n}\n");
  EXPECT_EQ(rebased("storage rd_mcp disk a size 1M", base_text), "storage rd_mcp disk a size 1M\n");
  EXPECT_EQ(rebased("storage rd_mcp disk a size 1M", "storage rd_mcp disk a size 1M"),
            "storage rd_mcp disk a size 1M\n")
      << "both removed it";
}

TEST(Rebase, AnObjectThatBothHaveChangedIsNamed) {
  EXPECT_EQ(rebased("storage rd_mcp { disk a size 2M\ndisk b size 1M }",
                    "storage rd_mcp { disk a size 3M\ndisk b size 1M }"),
            "somebody else has changed it meanwhile: storage rd_mcp disk a");
  EXPECT_THAT(rebased("storage rd_mcp disk b size 1M", "storage rd_mcp { disk a size 3M\ndisk b size 1M }"),
              testing::HasSubstr("disk a"))
      << "removed here, changed there";
  EXPECT_THAT(rebased("storage rd_mcp { disk a size 2M\ndisk b size 1M }", "storage rd_mcp disk b size 1M"),
              testing::HasSubstr("disk a"))
      << "changed here, removed there";
}

TEST(Rebase, AnyEditOnAnUnchangedBaseIsItself) {
  const auto seed = std::random_device()();
  RandomTrees random(seed);
  for (int i = 0; i < 1000; ++i) {
    const Tree base = random.make();
    Tree mine = base;
    random.mutate(mine.root);
    const auto same = rebase(base, mine, base);
    ASSERT_TRUE(same) << "seed " << seed;
    ASSERT_EQ(*same, mine) << "seed " << seed;
    const auto theirs = rebase(base, base, mine);
    ASSERT_TRUE(theirs) << "seed " << seed;
    ASSERT_EQ(*theirs, mine) << "seed " << seed;
    const auto both = rebase(base, mine, mine);
    ASSERT_TRUE(both) << both.error().message << " seed " << seed;
    ASSERT_EQ(*both, mine) << "seed " << seed;
  }
}

}  // namespace lunet::config
