// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::shell::modes {
namespace {

using testing::ElementsAre;

TEST(Statement, WordsLoseTheirQuotes) {
  const auto words = words_of(R"(disk "my disk" path '/a "b"' x$"\"\x41" "")");
  ASSERT_TRUE(words);
  EXPECT_THAT(*words, ElementsAre("disk", "my disk", "path", "/a \"b\"", "x\"A", ""));
  EXPECT_FALSE(words_of("disk \"unfinished"));
  EXPECT_FALSE(words_of("disk '"));
}

TEST(Statement, OfAnUnfinishedLineTheLastWordIsTheOneThatIsTyped) {
  const Unfinished typed = unfinished_words("set disk \"my d");
  EXPECT_THAT(typed.words, ElementsAre("set", "disk", "my d"));
  EXPECT_EQ(typed.start, 9U);
  EXPECT_THAT(unfinished_words("set ").words, ElementsAre("set", ""));
  EXPECT_THAT(unfinished_words("").words, ElementsAre(""));
}

TEST(Statement, WordsBecomeALineThatMeansTheSame) {
  const std::vector<std::string> words = {"disk", "my disk", "{", "path", "/a;b", ";", "}", "~~~", ""};
  const std::string line = line_of(words);
  EXPECT_EQ(line, "disk \"my disk\" { path \"/a;b\" ; } ~~~ \"\"");
  EXPECT_EQ(*words_of(line), words);
}

TEST(Statement, APipeIsAWordOfItsOwn) {
  EXPECT_THAT(split_pipes("show | match a|b | count"), ElementsAre("show", "match a|b", "count"));
  EXPECT_THAT(split_pipes("show disk fileio|iblock '|' "), ElementsAre("show disk fileio|iblock '|'"));
}

TEST(Statement, CommandsEndOutsideOfBracesAndQuotes) {
  EXPECT_THAT(split_lines("set x { a 1; b 2; }; commit comment 'a;b'\nshow"),
              ElementsAre("set x { a 1; b 2; }", "commit comment 'a;b'", "show"));
}

TEST(Statement, AnOpenBraceGoesOn) {
  EXPECT_TRUE(goes_on("set x {"));
  EXPECT_FALSE(goes_on("set x { a 1; }"));
  EXPECT_FALSE(goes_on("set x '{'"));
}

TEST(Statement, SecretsAreNotKept) {
  EXPECT_EQ(without_secrets("set auth password very-secret"), "set auth password ***");
  EXPECT_EQ(without_secrets("set auth { userid u; mutual_password \"a b\"; }"),
            "set auth { userid ***; mutual_password ***; }");
  EXPECT_EQ(without_secrets("set auth password ~~~"), "set auth password ~~~");
  EXPECT_EQ(without_secrets("set size  2M"), "set size  2M");
}

}  // namespace
}  // namespace lunet::shell::modes
