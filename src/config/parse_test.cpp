// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "config/edit.h"
#include "config/test_trees.h"
#include "config/tree.h"

namespace lunet::config {

using testing::HasSubstr;
using testing::StartsWith;

static std::string mistakes_of(std::string_view source) {
  auto tree = parse(source, "a.lio");
  EXPECT_FALSE(tree);
  return tree ? "" : tree.error().message;
}

TEST(Parse, MergesRepeatedObjectsAndTakesTheLastValue) {
  EXPECT_EQ(tree_of("storage fileio disk a size 1\nstorage fileio { disk a { size 2; path /x }; disk b }\n"
                    "storage fileio disk a attribute { x 1; x 2 }\nstorage fileio disk a attribute y 1"),
            tree_of("storage fileio { disk a { path /x; size 2; attribute { x 2; y 1 } }; disk b }"));
}

TEST(Parse, TheUnsetMarkerTakesAValueAway) {
  EXPECT_EQ(tree_of("storage fileio disk a { size 1; attribute x 1; size ~~~; attribute x ~~~ }"),
            tree_of("storage fileio disk a"));
  EXPECT_EQ(tree_of("storage fileio disk a alias '~~~'")
                .root.children.begin()
                ->second.children.begin()
                ->second.attribute("alias"),
            "~~~");
}

TEST(Parse, EmptyTextsAreTheEmptyConfiguration) {
  for (const char* text : {"", " \n", "# only a comment", "\n;\n# c\n"})
    EXPECT_EQ(tree_of(text), Tree{}) << text;
}

TEST(Parse, RefusesWhatTheGrammarAllowsButNoConfigurationHas) {
  EXPECT_THAT(mistakes_of("strage fileio"),
              StartsWith("a.lio:1:1: unknown object class \"strage\"; did you mean \"storage\"?"));
  EXPECT_THAT(mistakes_of("size 1"), StartsWith("a.lio:1:1: \"size\" stands outside of any object"));
  EXPECT_THAT(mistakes_of("storage ~~~"), StartsWith("a.lio:1:9: a storage needs an identifier"));
  EXPECT_THAT(mistakes_of("storage a attribute {\n disk x\n}"),
              StartsWith("a.lio:2:2: \"disk\" cannot stand in a group"));
}

TEST(Parse, ReportsTheMistakesOfGrammarAndMeaningTogether) {
  const std::string text = mistakes_of("size 1\nstorage a b c d e\n");
  EXPECT_THAT(text, HasSubstr("a.lio:1:1:"));
  EXPECT_THAT(text, HasSubstr("a.lio:2:"));
}

TEST(Merge, LeavesTheTreeAloneWhenTheTextHasAMistake) {
  Tree tree = tree_of("storage fileio disk a size 1");
  const Tree before = tree;
  EXPECT_FALSE(merge(tree, "storage fileio disk a size 2\nstorage\n", "t"));
  EXPECT_EQ(tree, before);
  EXPECT_TRUE(merge(tree, "storage fileio disk a path /x", "t"));
  EXPECT_EQ(tree, tree_of("storage fileio disk a { path /x; size 1 }"));
}

}  // namespace lunet::config
