// SPDX-License-Identifier: Apache-2.0
#include "config/tree.h"

#include <gmock/gmock.h>

#include "config/test_trees.h"

namespace lunet::config {

static const Path vm1 = {{ObjectClass::storage, "fileio"}, {ObjectClass::disk, "vm1"}};

TEST(ObjectKey, OrdersByClassThenNaturallyById) {
  EXPECT_LT((ObjectKey{ObjectClass::storage, "z"}), (ObjectKey{ObjectClass::disk, "a"}));
  EXPECT_LT((ObjectKey{ObjectClass::lun, "2"}), (ObjectKey{ObjectClass::lun, "10"}));
  EXPECT_LT((ObjectKey{ObjectClass::disk, "vm2"}), (ObjectKey{ObjectClass::disk, "vm10"}));
  EXPECT_FALSE((ObjectKey{ObjectClass::disk, "a"}) < (ObjectKey{ObjectClass::disk, "a"}));
}

TEST(ObjectClass, HasTheNamesOfTheLanguage) {
  EXPECT_EQ(class_name(ObjectClass::storage), "storage");
  EXPECT_EQ(class_name(ObjectClass::mapped_lun), "mapped_lun");
  EXPECT_EQ(class_from_name("tpgt"), ObjectClass::tpgt);
  EXPECT_EQ(class_from_name("tpg"), std::nullopt);
}

TEST(Path, IsWrittenAndReadInTheLanguage) {
  EXPECT_EQ(path_text(vm1), "storage fileio disk vm1");
  const Path nasty = {{ObjectClass::storage, ""}, {ObjectClass::disk, "a b\"'\n"}};
  auto read = parse_path(path_text(nasty));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, nasty);
  for (const char* text : {"", "storage", "storage a b c", "storage a; storage b", "storage a {}", "dsk a"}) {
    EXPECT_EQ(parse_path(text).error().errnum, EINVAL) << text;
  }
}

TEST(Tree, EnsureMakesTheParentsAndFindsWhatIsThere) {
  Tree tree;
  EXPECT_EQ(tree.find(vm1), nullptr);
  Object& made = tree.ensure(vm1);
  made.attributes["size"] = "1";
  EXPECT_EQ(&tree.ensure(vm1), &made);
  EXPECT_EQ(tree.find(vm1), &made);
  EXPECT_EQ(made.attribute("size"), "1");
  EXPECT_EQ(made.attribute("path"), "");
  EXPECT_EQ(tree.find({}), &tree.root);
}

TEST(Tree, RemoveTakesAllBelowAndNamesWhatIsMissing) {
  Tree tree;
  tree.ensure(vm1);
  EXPECT_TRUE(tree.remove({vm1[0]}));
  EXPECT_TRUE(tree.root.children.empty());
  const auto again = tree.remove(vm1);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().errnum, ENOENT);
  EXPECT_EQ(again.error().message, "there is no storage fileio disk vm1");
  EXPECT_FALSE(tree.remove({}));
}

TEST(Tree, AnEmptyGroupIsTheSameAsNone) {
  Tree a;
  Tree b;
  a.ensure(vm1).groups["attribute"];
  b.ensure(vm1);
  EXPECT_EQ(a, b);
  EXPECT_TRUE(diff(a, b).empty());
  EXPECT_EQ(print(a), print(b));
  b.ensure(vm1).groups["attribute"]["block_size"] = "512";
  EXPECT_NE(a, b);
}

static std::string text(const std::vector<Difference>& differences) {
  std::string all;
  for (const Difference& difference : differences) {
    all += "-~+"[difference.kind == Difference::Kind::created   ? 2
                 : difference.kind == Difference::Kind::changed ? 1
                                                                : 0];
    all += path_text(difference.path) + "\n";
  }
  return all;
}

TEST(Diff, ListsRemovedChildrenFirstThenTheOthersParentsFirst) {
  const Tree from = tree_of(
      "storage fileio { disk a size 1; disk b size 1; disk c size 1 }\n"
      "fabric iscsi target t tpgt 1 { lun 0 backend fileio:a; lun 1 backend fileio:b; enable yes }");
  const Tree to = tree_of(
      "storage fileio { disk a size 2; disk c size 1 }\n storage rd_mcp disk r size 1\n"
      "fabric iscsi target t tpgt 1 { lun 0 backend fileio:a; enable no; portal '[::0]:3260' }");
  EXPECT_EQ(text(diff(from, to)),
            "-fabric iscsi target t tpgt 1 lun 1\n"
            "-storage fileio disk b\n"
            "~storage fileio disk a\n"
            "+storage rd_mcp\n"
            "~fabric iscsi target t tpgt 1\n"
            "+fabric iscsi target t tpgt 1 portal [::0]:3260\n");
}

TEST(Diff, ComparesGroups) {
  const Tree from = tree_of("storage fileio disk a attribute block_size 512");
  EXPECT_EQ(text(diff(from, tree_of("storage fileio disk a attribute block_size 4096"))),
            "~storage fileio disk a\n");
  EXPECT_EQ(text(diff(from, tree_of("storage fileio disk a"))), "~storage fileio disk a\n");
  EXPECT_EQ(text(diff(from, from)), "");
}

TEST(Diff, ListsAWholeSubtreeOnce) {
  const Tree full = tree_of("fabric iscsi target t tpgt 1 acl x mapped_lun 0 target_lun 0");
  EXPECT_EQ(text(diff({}, full)), "+fabric iscsi\n");
  EXPECT_EQ(text(diff(full, {})), "-fabric iscsi\n");
}

}  // namespace lunet::config
