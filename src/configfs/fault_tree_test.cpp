// SPDX-License-Identifier: Apache-2.0
#include "configfs/fault_tree.h"

#include <gtest/gtest.h>

#include "configfs/counting_tree.h"

namespace lunet::configfs {
namespace {

TEST(FaultTree, FailsTheNthChangeCountedInsideABatch) {
  CountingTree inner(false);
  FaultTree tree(inner);
  tree.fail_at(2, ENOSPC);
  const BatchResult result = tree.batch(three_changes_and_a_read());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, 2U);
  EXPECT_EQ(result.failure->error.errnum, ENOSPC);
  EXPECT_EQ(result.answers.size(), 2U);
  EXPECT_EQ(inner.done, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(tree.batch(three_changes_and_a_read()));
}

TEST(FaultTree, OnATransactionalTreeNothingOfTheBatchIsDone) {
  CountingTree inner(true);
  FaultTree tree(inner);
  tree.fail_at(3, EIO);
  const BatchResult result = tree.batch(three_changes_and_a_read());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, 3U);
  EXPECT_TRUE(inner.done.empty());
}

TEST(FaultTree, CountsAcrossBatchesAndFromTheCall) {
  CountingTree inner(true);
  FaultTree tree(inner);
  EXPECT_TRUE(tree.batch(three_changes_and_a_read()));
  EXPECT_EQ(tree.mutations(), 3U);
  tree.fail_at(4, EIO);
  EXPECT_TRUE(tree.batch(three_changes_and_a_read()));
  EXPECT_FALSE(tree.make_dir("x"));
  EXPECT_TRUE(tree.make_dir("x"));
  EXPECT_EQ(tree.mutations(), 8U);
}

}  // namespace
}  // namespace lunet::configfs
