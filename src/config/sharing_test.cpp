// SPDX-License-Identifier: Apache-2.0
#include "config/sharing.h"

#include <gtest/gtest.h>

#include "config/later.h"
#include "config/test_trees.h"

namespace lunet::config {
namespace {

std::shared_ptr<const std::string> text_of(const Tree& tree) {
  return std::make_shared<const std::string>(print(tree));
}

/// Disks and LUNs enough for many runs of text.
Tree tree_of_ram_disks() {
  Tree tree;
  for (unsigned i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    tree.ensure({{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, "d" + number}}).attributes = {
        {"hba", number}, {"size", "4096"}, {"wwn", "serial-" + number}};
    tree.ensure({{ObjectClass::fabric, "iscsi"},
                 {ObjectClass::target, "iqn.2026-11.org.example:t" + std::to_string(i / 100)},
                 {ObjectClass::tpgt, "1"},
                 {ObjectClass::lun, std::to_string(i % 100)}})
        .attributes["backend"] = "rd_mcp:d" + number;
  }
  return tree;
}

std::size_t unread_disks(const Tree& tree) {
  return std::as_const(tree).find({{ObjectClass::storage, "rd_mcp"}})->children.unread_count();
}

TEST(Sharing, IsTheSameTreeWithItsComments) {
  RandomTrees random(5);
  for (int i = 0; i < 300; ++i) {
    const Tree base = random.make();
    Tree tree = base;
    if (i % 5 != 0) random.mutate(tree.root);
    const Tree alone = *parse(print(tree), "alone");
    const Tree shared = sharing(base, alone);
    EXPECT_EQ(print(shared), print(alone));
    EXPECT_TRUE(same_comments(shared, alone));
    EXPECT_EQ(print(base), print(*parse(print(base), "base"))) << "the base stays";
  }
}

TEST(Sharing, WhatIsTheSameIsOneObject) {
  const Tree base = tree_of_ram_disks();
  Tree other = *parse(print(base), "other");
  const Path disk = {{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, "d7"}};
  other.find(disk)->attributes["size"] = "8192";
  const Tree shared = sharing(base, other);
  const Path untouched = {{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, "d900"}};
  EXPECT_EQ(shared.find(untouched), base.find(untouched));
  EXPECT_NE(shared.find(disk), base.find(disk));
  EXPECT_EQ(diff(base, shared).size(), 1U);
}

TEST(ParseSharing, ReadsEveryTextAsWithoutABase) {
  RandomTrees random(6);
  for (int i = 0; i < 300; ++i) {
    const Tree base = *parse_later(text_of(random.make()), *text_of({}), "empty");
    const Tree first = random.make();
    const auto source = text_of(first);
    const Tree read = *parse_later(source, *source, "base");
    Tree tree = first;
    random.mutate(tree.root);
    // Without comments on values that are gone, which no text has.
    tree = *parse(print(tree), "text");
    for (const Tree* known : {&base, &read}) {
      const auto parsed = parse_sharing(*known, text_of(tree), "text");
      ASSERT_TRUE(parsed) << parsed.error().message;
      EXPECT_EQ(print(*parsed), print(tree));
      EXPECT_TRUE(same_comments(*parsed, tree));
    }
  }
}

TEST(ParseSharing, LooksAtWhatIsNewOnly) {
  const Tree tree = tree_of_ram_disks();
  const auto source = text_of(tree);
  const Tree base = *parse_later(source, *source, "base");
  Tree changed = tree;
  changed.ensure({{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, "d500a"}}).attributes["size"] =
      "4096";
  (void)changed.remove({{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, "d20"}});
  const auto parsed = parse_sharing(base, text_of(changed), "changed");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(diff(base, *parsed).size(), 2U);
  EXPECT_TRUE(*parsed == changed);
  const Tree again = *parse_later(source, *source, "again");
  const Tree other = *parse_sharing(again, text_of(changed), "changed");
  (void)diff(again, other);
  EXPECT_GT(unread_disks(again), 800U) << "what is the same is not read to see that";
}

TEST(ParseSharing, HasTheErrorsOfParse) {
  const std::string wrong = "storage rd_mcp disk a {\n    size 1\n";
  const auto parsed = parse_sharing({}, std::make_shared<const std::string>(wrong), "x.lio");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, parse(wrong, "x.lio").error().message);
}

}  // namespace
}  // namespace lunet::config
