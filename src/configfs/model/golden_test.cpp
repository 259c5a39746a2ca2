// SPDX-License-Identifier: Apache-2.0
// The model against Linux 6.1 (tests/golden/lio-*.txt); tests/support/lio_differences.cpp has every
// exception.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "tests/support/lio_differences.h"
#include "tests/support/lio_replay.h"

namespace lunet::configfs {
namespace {

std::string golden(std::string_view name) {
  return test::golden_text(name);
}

std::unique_ptr<Tree> golden_tree(Flavour flavour, const test::LioOptions& options) {
  auto tree = make_memory_tree(flavour);
  const BatchResult result = tree->batch(test::lio_setup(options));
  EXPECT_TRUE(result) << result.failure->error.message;
  return tree;
}

std::vector<test::Difference> compare(Tree& tree, const test::LioOptions& options) {
  return test::compare_with_lio(tree, golden("lio-tree.txt"), golden("lio-values.txt"), options);
}

TEST(GoldenTree, OfTheKernelIsRebuiltPathByPath) {
  const test::LioOptions options;
  const auto tree = golden_tree(Flavour::kernel, options);
  const auto left = test::unexplained(compare(*tree, options),
                                      {test::kernel_model_differences(), test::kernel_only_differences()});
  EXPECT_EQ(test::describe(left), "");
}

TEST(GoldenTree, OfLunetdDiffersOnlyWhereTheTableSaysSo) {
  test::LioOptions options;
  options.kernel_only_parts = false;
  const auto tree = golden_tree(Flavour::lunetd, options);
  auto known = test::kernel_model_differences();
  const auto left = test::unexplained(compare(*tree, options), {known, test::lunetd_differences()});
  EXPECT_EQ(test::describe(left), "");
}

TEST(GoldenErrors, AreTheKernelsInEveryOperation) {
  const test::LioOptions options;
  const auto tree = golden_tree(Flavour::kernel, options);
  const auto differences = test::replay_lio_errors(*tree, golden("lio-errors.txt"), options);
  EXPECT_EQ(test::describe(test::unexplained(differences, {test::errors_differences()})), "");
}

TEST(GoldenErrors, AreTheSameInLunetd) {
  test::LioOptions options;
  options.kernel_only_parts = false;
  const auto tree = golden_tree(Flavour::lunetd, options);
  const auto differences = test::replay_lio_errors(*tree, golden("lio-errors.txt"), options);
  EXPECT_EQ(test::describe(test::unexplained(
                differences, {test::errors_differences(), test::lunetd_errors_differences()})),
            "");
}

TEST(GoldenErrors, AreNoticedWhenTheyDiffer) {
  const auto tree = make_memory_tree(Flavour::kernel);  // without the set-up: nothing is as captured
  EXPECT_GT(test::replay_lio_errors(*tree, golden("lio-errors.txt"), {}).size(), 50U);
  EXPECT_GT(compare(*tree, {}).size(), 700U);
}

}  // namespace
}  // namespace lunet::configfs
