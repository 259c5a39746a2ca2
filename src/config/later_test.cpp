// SPDX-License-Identifier: Apache-2.0
#include "config/later.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "config/test_trees.h"
#include "config/tree.h"

namespace lunet::config {
namespace {

Result<Tree> read_later(std::string_view text) {
  const auto whole = std::make_shared<const std::string>(text);
  return parse_later(whole, *whole, "a.lio");
}

/// Disks and LUNs enough for many runs.
Tree tree_of_file_disks() {
  Tree tree;
  for (unsigned i = 0; i < 500; ++i) {
    Object& disk =
        tree.ensure({{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "d" + std::to_string(i)}});
    disk.attributes = {{"hba", std::to_string(i)}, {"path", "/srv/a file " + std::to_string(i)}};
    disk.groups["attribute"] = {{"emulate_tpu", "1"}, {"emulate_tpws", "1"}};
    const Path tpg = {{ObjectClass::fabric, "iscsi"},
                      {ObjectClass::target, "iqn.2026-11.org.example:t" + std::to_string(i / 100)},
                      {ObjectClass::tpgt, "1"}};
    Path lun = tpg;
    lun.push_back({ObjectClass::lun, std::to_string(i % 100)});
    tree.ensure(tpg).attributes["enable"] = "yes";
    tree.ensure(lun).attributes["backend"] = "fileio:d" + std::to_string(i);
  }
  return tree;
}

/// Both readings have the same answer.
void expect_same(std::string_view text) {
  const auto at_once = parse(text, "a.lio");
  const auto later = read_later(text);
  ASSERT_EQ(static_cast<bool>(at_once), static_cast<bool>(later)) << text;
  if (at_once) {
    EXPECT_TRUE(*at_once == *later) << text;
  } else {
    EXPECT_EQ(at_once.error().message, later.error().message);
  }
}

TEST(ParseLater, ReadsEveryTreeAsPrinted) {
  RandomTrees random(11);
  for (int i = 0; i < 300; ++i) {
    const Tree tree = random.make();
    const auto later = read_later(print(tree));
    ASSERT_TRUE(later);
    EXPECT_EQ(print(*later), print(tree));
  }
  EXPECT_TRUE(*read_later(print(tree_of_file_disks())) == tree_of_file_disks());
  EXPECT_TRUE(*read_later("") == Tree{});
}

TEST(ParseLater, AnswersDamagedTextAsReadingAtOnceDoes) {
  const std::string text = print(tree_of_file_disks()).substr(0, 30'000);
  std::mt19937 random(5);
  constexpr std::string_view bytes = "\n {}\"'#;$~a1\t\x01\xFF";
  for (int i = 0; i < 400; ++i) {
    std::string damaged = text;
    for (int n = 0; n < 2; ++n) {
      const std::size_t at = random() % damaged.size();
      switch (random() % 4) {
        case 0: damaged.erase(at, random() % 40); break;
        case 1: damaged.insert(at, 1, bytes[random() % bytes.size()]); break;
        case 2: damaged[at] = bytes[random() % bytes.size()]; break;
        default: damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 100)); break;
      }
    }
    expect_same(damaged);
  }
}

TEST(ParseLater, AnswersOtherLayoutsAsReadingAtOnceDoes) {
  for (const std::string_view text :
       {"storage a disk b size 1; storage a disk c", "storage a {\n    disk c\n    disk b\n}\n",
        "storage a {\n    disk b\n    disk b size 2\n}\n", "storage a {\n  disk b\n}\n",
        "storage a {\n    size 1\n", "storage a {\n    disk b\n    size 1\n}\n", "storage a size ~~~\n",
        "storage a {\n    size 1\n}\n}\n", "size 1\n",
        "storage a {\n    attribute {\n        disk x\n    }\n}\n", "storage a disk\n",
        "storage \"~~~\" {\n    size \"a b\"\n    x $\"\\n\"\n}\n"}) {
    expect_same(text);
  }
}

TEST(ParseLater, ReadsOnlyWhatIsLookedAt) {
  Tree tree = *read_later(print(tree_of_file_disks()));
  const Path disk = {{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "d7"}};
  tree.ensure({{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "e"}}).attributes["hba"] = "500";
  EXPECT_EQ(std::as_const(tree).find(disk)->attribute("hba"), "7");
  std::set<std::uint64_t> numbers;
  tree.find({{ObjectClass::storage, "fileio"}})->children.scan_numbers("hba", [&](const NumberRange& range) {
    for (std::uint64_t number = range.first; number <= range.last; ++number) numbers.insert(number);
  });
  EXPECT_EQ(numbers.size(), 501U);
  EXPECT_TRUE(numbers.contains(0) && numbers.contains(7) && numbers.contains(499) && numbers.contains(500));
  std::size_t unread = 0;
  for (const Children* children : {&tree.find({{ObjectClass::storage, "fileio"}})->children,
                                   &tree.find({{ObjectClass::fabric, "iscsi"}})->children}) {
    unread += children->unread_count();
  }
  EXPECT_GT(unread, 10U);
}

TEST(ParseLater, ACopyThatIsChangedLeavesTheOtherAsItWas) {
  const Tree before = *read_later(print(tree_of_file_disks()));
  Tree after = before;
  const Path disk = {{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "d7"}};
  after.find(disk)->attributes["hba"] = "x";
  ASSERT_TRUE(after.remove({{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "d450"}}));
  EXPECT_TRUE(before == tree_of_file_disks());
  EXPECT_EQ(diff(before, after).size(), 2U);
}

TEST(ValuesIn, FindsPlainAndQuotedValues) {
  std::vector<std::string> values;
  for_values_in("    disk a hba 1\n        hba 2\n x_hba 3\n hba \"a b\"\n", "hba",
                [&](std::string_view value) { values.emplace_back(value); });
  EXPECT_THAT(values, testing::ElementsAre("1", "2", "a b"));
}

}  // namespace
}  // namespace lunet::config
