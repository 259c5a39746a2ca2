// SPDX-License-Identifier: Apache-2.0
// Properties of print, parse, diff and change over random trees; the seed of a failure is in its message.
#include <gmock/gmock.h>

#include "config/edit.h"
#include "config/test_trees.h"
#include "config/tree.h"

namespace lunet::config {

TEST(RandomTree, PrintedAndParsedIsTheSame) {
  for (unsigned seed = 1; seed <= 5000; ++seed) {
    const Tree tree = RandomTrees(seed).make();
    const std::string text = print(tree);
    auto parsed = parse(text, "t");
    ASSERT_TRUE(parsed) << "seed " << seed << "\n" << parsed.error().message;
    ASSERT_EQ(*parsed, tree) << "seed " << seed << "\n" << text;
    ASSERT_EQ(print(*parsed), text) << "seed " << seed;
  }
}

static void apply(Tree& tree, const Change& change) {
  for (const Path& path : change.removed) ASSERT_TRUE(tree.remove(path)) << path_text(path);
  const auto merged = merge(tree, change.text, "change");
  ASSERT_TRUE(merged) << merged.error().message << "\n" << change.text;
}

TEST(RandomTree, TheChangeBetweenTwoLeadsFromOneToTheOther) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    RandomTrees random(seed);
    const Tree from = random.make();
    Tree to = seed % 3 == 0 ? random.make() : from;
    random.mutate(to.root);
    Tree tree = from;
    apply(tree, make_change(from, to));
    ASSERT_EQ(tree, to) << "seed " << seed << "\n"
                        << print(from) << "--\n"
                        << print(to) << "--\n"
                        << print(tree);
    ASSERT_EQ(diff(from, to).empty(), from == to) << "seed " << seed;
    ASSERT_TRUE(make_change(to, tree).text.empty()) << "seed " << seed;
  }
}

TEST(RandomTree, DifferencesComeInAnOrderInWhichTheyCanBeApplied) {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    RandomTrees random(seed);
    const Tree from = random.make();
    const Tree to = random.make();
    Tree tree = from;
    for (const Difference& difference : diff(from, to)) {
      if (difference.kind == Difference::Kind::removed) {
        ASSERT_TRUE(tree.remove(difference.path)) << "seed " << seed;
        continue;
      }
      const Path parent(difference.path.begin(), difference.path.end() - 1);
      ASSERT_NE(tree.find(parent), nullptr) << "seed " << seed;
      const bool is_new = difference.kind == Difference::Kind::created;
      ASSERT_EQ(tree.find(difference.path) == nullptr, is_new) << "seed " << seed;
      const Object& wanted = *to.find(difference.path);
      Object& object = tree.ensure(difference.path);
      object.attributes = wanted.attributes;
      object.groups = wanted.groups;
      if (is_new) object.children = wanted.children;
    }
    ASSERT_EQ(tree, to) << "seed " << seed;
  }
}

}  // namespace lunet::config
