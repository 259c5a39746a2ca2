// SPDX-License-Identifier: Apache-2.0
#include "configfs/record_tree.h"

#include <gtest/gtest.h>

#include "configfs/counting_tree.h"

namespace lunet::configfs {
namespace {

TEST(RecordTree, KeepsWhatWasAskedAndHowItEnded) {
  CountingTree inner(false);
  RecordTree tree(inner);
  const std::vector<Operation> operations = {
      {Verb::write, "a", "1"}, {Verb::write, "refused", "1"}, {Verb::write, "never", "1"}};
  EXPECT_FALSE(tree.batch(operations));
  EXPECT_TRUE(tree.read("b"));
  ASSERT_TRUE(tree.read_tree("", {}));
  ASSERT_EQ(tree.records().size(), 3U);
  EXPECT_EQ(tree.records()[0].errnum, 0);
  EXPECT_EQ(tree.records()[1].errnum, EINVAL);
  EXPECT_EQ(tree.records()[2].batch, 1U);
  ASSERT_EQ(tree.changes().size(), 1U);
  EXPECT_EQ(tree.changes()[0].path, "a");
  EXPECT_EQ(tree.tree_reads(), 1U);
  tree.clear();
  EXPECT_TRUE(tree.records().empty());
}

TEST(RecordTree, KnowsThatAFailedTransactionChangedNothing) {
  CountingTree inner(true);
  RecordTree tree(inner);
  const std::vector<Operation> operations = {{Verb::write, "a", "1"}, {Verb::write, "refused", "1"}};
  EXPECT_FALSE(tree.batch(operations));
  EXPECT_TRUE(tree.changes().empty());
  EXPECT_EQ(tree.records().size(), 2U);
}

}  // namespace
}  // namespace lunet::configfs
