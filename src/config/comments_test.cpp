// SPDX-License-Identifier: Apache-2.0
#include "config/comments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/edit.h"
#include "config/later.h"
#include "config/test_trees.h"

namespace lunet::config {
namespace {

constexpr std::string_view commented =
    "# disks\n"
    "storage fileio {\n"
    "    # of the mail server\n"
    "    # since March\n"
    "    disk a { # moved\n"
    "        # not on /srv\n"
    "        path /a\n"
    "        size 1M # grows\n"
    "    }\n"
    "    disk b size 1M\n"
    "}\n"
    "fabric iscsi target iqn.2003-01.org.example:t {\n"
    "    # the only one\n"
    "    tpgt 1 {\n"
    "        enable yes\n"
    "        auth { # of discovery too\n"
    "            password abcdefghijkl\n"
    "            # asked for by U.\n"
    "            userid u # for now\n"
    "        }\n"
    "    }\n"
    "}\n";

TEST(Comments, StayOnWhatTheyStandOn) {
  const Tree tree = tree_of(commented);
  EXPECT_EQ(print(tree), commented);
  const Object& disk = *tree.find({{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "a"}});
  EXPECT_THAT(comment_on(disk, "")->above, testing::ElementsAre("of the mail server", "since March"));
  EXPECT_EQ(comment_on(disk, "size")->beside, "grows");
  EXPECT_EQ(comment_on(disk, "buffered"), nullptr);
}

TEST(Comments, MakeNoDifference) {
  Tree without = tree_of(commented);
  without.root.children.edit_each([](const ObjectKey&, Object& object) { object.comments = nullptr; });
  EXPECT_TRUE(without == tree_of(commented));
  EXPECT_TRUE(diff(without, tree_of(commented)).empty());
  EXPECT_FALSE(same_comments(without, tree_of(commented)));
}

TEST(Comments, OnALineOfSeveralObjectsAreTheInnermosts) {
  EXPECT_EQ(print(tree_of("# mine\nstorage fileio disk a size 1M # big\n")),
            "storage fileio {\n    # mine\n    disk a {\n        size 1M # big\n    }\n}\n");
  // What stands after the '}' goes to the front, for there is one place beside it.
  EXPECT_EQ(print(tree_of("storage fileio disk a { # one\n path /a\n size 1M\n # last\n} # two\n")),
            "storage fileio {\n    # last\n    # two\n    disk a { # one\n        path /a\n        size 1M\n "
            "   }\n}\n");
  EXPECT_EQ(print(tree_of("storage fileio disk a # nothing yet\n")),
            "storage fileio {\n    disk a # nothing yet\n}\n");
}

TEST(Comments, GoWithTheValueTheyStandOn) {
  Tree tree = tree_of(commented);
  ASSERT_TRUE(merge(tree, "storage fileio disk a { size ~~~; }\nstorage fileio disk b size 2M # new\n", "t"));
  const Path disk{{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "a"}};
  EXPECT_EQ(comment_on(*std::as_const(tree).find(disk), "size"), nullptr);
  EXPECT_NE(comment_on(*std::as_const(tree).find(disk), ""), nullptr);
  EXPECT_THAT(print(tree), testing::HasSubstr("disk b {\n        size 2M # new\n    }\n"));
}

TEST(Comments, ReachAnotherTreeInAChangesText) {
  RandomTrees random(3);
  for (int i = 0; i < 300; ++i) {
    const Tree from = random.make();
    Tree to = from;
    random.mutate(to.root);
    const Change change = make_change(from, to);
    Tree tree = from;
    for (const Path& path : change.removed) ASSERT_TRUE(tree.remove(path));
    ASSERT_TRUE(merge(tree, change.text, "change")) << change.text;
    ASSERT_TRUE(tree == to) << change.text;
    ASSERT_TRUE(same_comments(tree, to)) << print(to) << "is not\n"
                                         << print(tree) << "after\n"
                                         << change.text;
  }
}

void drop_comments(Object& object) {
  object.comments = nullptr;
  object.children.edit_each([](const ObjectKey&, Object& child) { drop_comments(child); });
}

std::string outline_of(const Tree& tree, Tree& again) {
  const auto text = std::make_shared<const std::string>(print(tree));
  std::string outline;
  auto later = parse_later(text, *text, "a", &outline);
  EXPECT_TRUE(later) << later.error().message;
  if (later) again = *std::move(later);
  return outline;
}

TEST(Comments, AreReadWithTheTextThatIsReadLater) {
  RandomTrees random(4);
  int outlined = 0;
  for (int i = 0; i < 300; ++i) {
    const Tree tree = random.make();
    Tree again;
    Tree without = tree;
    drop_comments(without.root);
    const bool can_be = !outline_of(without, again).empty();
    ASSERT_EQ(!outline_of(tree, again).empty(), can_be) << print(tree);
    if (can_be) ++outlined;
    ASSERT_TRUE(same_comments(again, tree)) << print(tree);
    ASSERT_EQ(print(again), print(tree));
  }
  EXPECT_GT(outlined, 20);
}

}  // namespace
}  // namespace lunet::config
