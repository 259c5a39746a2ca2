// SPDX-License-Identifier: Apache-2.0
#include "config/outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "config/later.h"
#include "config/test_trees.h"

namespace lunet::config {
namespace {

struct Outlined {
  std::shared_ptr<const std::string> text;
  std::string outline;
};

Outlined outlined(const Tree& tree) {
  Outlined made{std::make_shared<const std::string>(print(tree)), {}};
  EXPECT_TRUE(parse_later(made.text, *made.text, "a.lio", &made.outline));
  return made;
}

/// Objects enough for many runs, on several levels.
Tree many_objects() {
  Tree tree;
  for (unsigned i = 0; i < 600; ++i) {
    const std::string number = std::to_string(i);
    tree.ensure({{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "a disk " + number}}).attributes = {
        {"hba", number}, {"path", "/srv/" + number}};
    const Path tpg = {{ObjectClass::fabric, "iscsi"},
                      {ObjectClass::target, "iqn.2026-11.org.example:t" + std::to_string(i / 300)},
                      {ObjectClass::tpgt, "1"}};
    tree.ensure(tpg).attributes["enable"] = "yes";
    tree.ensure(tpg).groups["auth"] = {{"userid", "a"}, {"password", "b"}};
    Path lun = tpg;
    lun.push_back({ObjectClass::lun, std::to_string(i % 300)});
    tree.ensure(lun).attributes = {{"backend", "fileio:" + number}, {"alias", "x"}};
  }
  return tree;
}

}  // namespace

TEST(Outline, GivesTheTreeOfItsText) {
  const Tree tree = many_objects();
  const Outlined made = outlined(tree);
  EXPECT_THAT(made.outline, testing::HasSubstr("\nin "));
  EXPECT_LT(made.outline.size(), made.text->size() / 50);
  const auto read = parse_outlined(made.text, *made.text, made.outline);
  ASSERT_TRUE(read);
  EXPECT_EQ(print(*read), print(tree));
  EXPECT_TRUE(*read == tree);
}

TEST(Outline, GivesEveryTree) {
  RandomTrees random(17);
  for (int i = 0; i < 200; ++i) {
    const Outlined made = outlined(random.make());
    if (made.outline.empty()) continue;
    const auto read = parse_outlined(made.text, *made.text, made.outline);
    ASSERT_TRUE(read) << *made.text;
    EXPECT_EQ(print(*read), *made.text);
  }
}

TEST(Outline, ReadsNothingThatNobodyLooksAt) {
  const Outlined made = outlined(many_objects());
  const auto read = parse_outlined(made.text, *made.text, made.outline);
  ASSERT_TRUE(read);
  const Object* storage = read->find({{ObjectClass::storage, "fileio"}});
  EXPECT_EQ(storage->children.unread_count(), 600U);
  EXPECT_EQ(storage->children.size(), 600U);
}

TEST(Outline, ThatFitsNoTextIsRefused) {
  const Outlined made = outlined(many_objects());
  EXPECT_FALSE(parse_outlined(made.text, std::string_view(*made.text).substr(0, 5000), made.outline));
  for (const char* outline :
       {"run\n", "run 0 10\n", "run 0 99999999 0 1\n", "run 5 40 5 1\n", "in 0\n", "out\n", "own 0 5\n", "x",
        "run 18446744073709551615 18446744073709551615 0 1\n", "in 18446744073709551615\nout\n"}) {
    EXPECT_FALSE(parse_outlined(made.text, *made.text, outline)) << outline;
  }
}

TEST(Outline, DamagedEndsNoProgram) {
  const Outlined made = outlined(many_objects());
  std::mt19937 random(3);
  for (int i = 0; i < 500; ++i) {
    std::string damaged = made.outline;
    for (int n = 0; n < 3; ++n) damaged[random() % damaged.size()] = "0123456789 \nrioun"[random() % 17];
    (void)parse_outlined(made.text, *made.text, damaged);
  }
}

TEST(Outline, OfTextInAnotherLayoutIsEmpty) {
  const auto text = std::make_shared<const std::string>("storage a disk b size 1; storage a disk c");
  std::string outline = "old";
  ASSERT_TRUE(parse_later(text, *text, "a.lio", &outline));
  EXPECT_EQ(outline, "");
}

}  // namespace lunet::config
