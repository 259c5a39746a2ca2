// SPDX-License-Identifier: Apache-2.0
#include "config/normalise.h"

#include <gtest/gtest.h>

#include "config/places.h"
#include "config/test_trees.h"

namespace lunet::config {

static std::string normal_text(std::string_view text) {
  Tree tree = tree_of(text);
  normalise(tree, {}, test_schema());
  return print(tree);
}

TEST(Normalise, OneSpellingForObjectsNamesAndValues) {
  EXPECT_EQ(normal_text("storage ramdisk disk r { size 1k; nullio 1 }"),
            "storage rd_mcp disk r {\n    nullio yes\n    size 1024\n}\n");
  EXPECT_EQ(
      normal_text(
          "fabric iscsi target iqn.2003-01.org.x:t tpgt 01 { portal [0::0]:3260 {}\n auth mutual_userid u }"),
      "fabric iscsi target iqn.2003-01.org.x:t tpgt 1 {\n    auth userid_mutual u\n    portal "
      "[::0]:3260\n}\n");
  EXPECT_EQ(normal_text("storage ramdisk disk a size 1k; storage rd_mcp disk b size 2k"),
            "storage rd_mcp {\n    disk a size 1024\n    disk b size 2048\n}\n");
}

TEST(Normalise, WhatIsUnknownStays) {
  EXPECT_EQ(normal_text("storage strange disk a size 1k"), "storage strange disk a size 1k\n");
  EXPECT_EQ(normal_text("storage fileio disk a { size many; x 1 }"),
            "storage fileio disk a {\n    size many\n    x 1\n}\n");
}

TEST(Normalise, TwiceIsOnce) {
  const auto seed = std::random_device()();
  RandomTrees random(seed);
  for (int i = 0; i < 500; ++i) {
    Tree tree = random.make();
    normalise(tree, {}, test_schema());
    Tree again = tree;
    normalise(again, {}, test_schema());
    ASSERT_EQ(again, tree) << "seed " << seed;
  }
}

TEST(Places, FindTheLastStatementInAnySpelling) {
  const Places places("t", "storage ramdisk disk r {\n  size 1k\n  size 2k\n  attribute is_nonrot yes\n}",
                      test_schema());
  const Path disk = *parse_path("storage rd_mcp disk r");
  const auto at = [&](const Node& node, bool value) {
    const auto place = places.find(node);
    return place ? places.source().position(value ? place->value : place->name) : language::Position{0, 0};
  };
  EXPECT_EQ(at({disk, "", "size"}, false), (language::Position{3, 3}));
  EXPECT_EQ(at({disk, "", "size"}, true), (language::Position{3, 8}));
  EXPECT_EQ(at({disk, "attribute"}, false), (language::Position{4, 3}));
  EXPECT_EQ(at({disk, "attribute", "is_nonrot"}, true), (language::Position{4, 23}));
  EXPECT_EQ(at({disk}, false), (language::Position{1, 17}));
  EXPECT_EQ(at({disk, "", "wwn"}, false), (language::Position{0, 0}));
}

}  // namespace lunet::config
