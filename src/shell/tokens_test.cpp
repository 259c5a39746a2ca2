// SPDX-License-Identifier: Apache-2.0
#include "shell/tokens.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

std::vector<std::string> texts(const Result<std::vector<Token>>& tokens) {
  EXPECT_TRUE(tokens) << tokens.error().message;
  std::vector<std::string> found;
  if (tokens) {
    for (const Token& token : *tokens) found.push_back(token.text);
  }
  return found;
}

using Words = std::vector<std::string>;

TEST(Tokens, AreSeparatedByBlanks) {
  EXPECT_EQ(texts(tokens_of_line("  /iscsi\tcreate  iqn.x \n")), (Words{"/iscsi", "create", "iqn.x"}));
  EXPECT_TRUE(texts(tokens_of_line("   ")).empty());
}

TEST(Tokens, QuotesKeepBlanksAndEveryCharacter) {
  EXPECT_EQ(texts(tokens_of_line(R"(a 'b "c' "d e\"f\\g\h" i\ j)")),
            (Words{"a", R"(b "c)", R"(d e"f\g\h)", "i j"}));
  EXPECT_EQ(texts(tokens_of_line("''")), (Words{""}));
  EXPECT_EQ(texts(tokens_of_line("x{y}|z,#;")), (Words{"x{y}|z,#;"}));
}

TEST(Tokens, AQuoteThatDoesNotEndIsAnError) {
  for (const char* line : {"create 'a b", "create \"a", "create a\\"}) {
    const auto tokens = tokens_of_line(line);
    ASSERT_FALSE(tokens) << line;
    EXPECT_NE(tokens.error().message.find("column"), std::string::npos);
  }
}

TEST(Tokens, AKeywordEndsAtItsEqualsSign) {
  const auto tokens = tokens_of_line(R"(size=1G name= pass="a b=c" 'a=b' /x=y =z)");
  ASSERT_TRUE(tokens);
  ASSERT_EQ(tokens->size(), 6U);
  EXPECT_EQ((*tokens)[0].keyword(), "size");
  EXPECT_EQ((*tokens)[0].value(), "1G");
  EXPECT_EQ((*tokens)[1].value(), "");
  EXPECT_EQ((*tokens)[2].keyword(), "pass");
  EXPECT_EQ((*tokens)[2].value(), "a b=c");
  EXPECT_FALSE((*tokens)[3].is_keyword());
  EXPECT_FALSE((*tokens)[4].is_keyword());
  EXPECT_FALSE((*tokens)[5].is_keyword());
}

TEST(Tokens, SeveralWordsStayAsTheyAre) {
  const Words words = {"/backstores/fileio", "create", "d 1", "it's", "file=/srv/a b"};
  const auto tokens = tokens_of_words(words);
  EXPECT_EQ(texts(tokens), words);
  EXPECT_EQ((*tokens)[4].value(), "/srv/a b");
}

TEST(Tokens, OneWordWithBlanksIsALine) {
  EXPECT_EQ(texts(tokens_of_words(Words{"/iscsi create 'a b'"})), (Words{"/iscsi", "create", "a b"}));
  EXPECT_EQ(texts(tokens_of_words(Words{"it's"})), (Words{"it's"}));
}

TEST(Tokens, QuotedTextMeansItself) {
  for (const std::string text : {"plain", "", "a b", "it's", "say \"hi\"", "it's \"both\"", "back\\slash",
                                 "tab\there", "a=b", "?;&*$!#,=_+/.<>()~@:-%[]{}|^`"}) {
    const auto tokens = tokens_of_line(as_typed(text));
    ASSERT_TRUE(tokens) << text;
    ASSERT_EQ(tokens->size(), 1U) << text;
    EXPECT_EQ(tokens->front().text, text);
  }
}

}  // namespace
}  // namespace lunet::shell
