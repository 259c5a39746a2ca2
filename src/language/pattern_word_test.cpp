// SPDX-License-Identifier: Apache-2.0
#include "language/pattern_word.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>

#include "language/test_texts.h"

namespace lunet::language {
namespace {

bool word_matches(std::string_view expression, std::string_view text) {
  PatternWord word;
  PatternMistake mistake;
  EXPECT_TRUE(word.compile(expression, mistake)) << expression << ": " << mistake.sentence;
  return word.matches(text);
}

std::string word_mistake(std::string_view expression) {
  PatternWord word;
  PatternMistake mistake;
  if (word.compile(expression, mistake)) return "none";
  return std::to_string(mistake.at) + ": " + mistake.sentence;
}

struct WordRow {
  std::string_view expression;
  std::string_view text;
  bool matches;
};

}  // namespace

TEST(PatternWord, MatchesWholeWordsOnly) {
  constexpr WordRow rows[] = {
      {"vm1", "vm1", true},
      {"vm1", "vm10", false},
      {"vm1", "xvm1", false},
      {".*", "", true},
      {".*", "anything", true},
      {"vm[0-9]", "vm7", true},
      {"vm[0-9]", "vm10", false},
      {".*[12]", "disk2", true},
      {".*[12]", "disk3", false},
      // The original took the first branch's prefix.
      {"a|b", "ab", false},
      {"a|b", "a", true},
      {"a|b", "b", true},
      {"a|b$", "a", true},
      {"^a$", "a", true},
      {"a|bc|d", "bc", true},
      {"(a|b)*c", "abbac", true},
      {"(a|b)*c", "abxc", false},
      {"a?b+", "bbb", true},
      {"a{2}", "aa", true},
      {"a{2}", "aaa", false},
      {"a{2,}", "aaaa", true},
      {"a{1,3}", "aaaa", false},
      {"a{1,3}", "aaa", true},
      {"(ab){2}", "abab", true},
      {"(a|b){2,3}", "bab", true},
      {"[^x]+", "abc", true},
      {"[^x]+", "axc", false},
      {"[]a]+", "]a", true},
      {"[a-]+", "a-", true},
      {"\\.\\*", ".*", true},
      {"\\.", "x", false},
      {"\\d+", "42", true},
      {"[\\d.]+", "1.2", true},
      {"\\w+", "a_1", true},
      {"\\S+", "a b", false},
      {"", "", true},
      {"", "a", false},
      {"()", "", true},
      {"(a*)*", "aaa", true},
      {"a*?", "aaa", true},
      {"x|", "", true},
      {"caf.+", "caf\xC3\xA9", true},
  };
  for (const WordRow& row : rows)
    EXPECT_EQ(word_matches(row.expression, row.text), row.matches) << row.expression << " " << row.text;
}

TEST(PatternWord, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(word_mistake("a("), "1: this '(' is not closed");
  EXPECT_EQ(word_mistake("a)"), "1: this ')' closes nothing");
  EXPECT_EQ(word_mistake("[a"), "0: this '[' is not closed");
  EXPECT_THAT(word_mistake("*a"), testing::StartsWith("0: there is nothing before this to repeat"));
  EXPECT_EQ(word_mistake("a\\"), "1: nothing follows this '\\'");
  EXPECT_THAT(word_mistake("\\q"), testing::StartsWith("0: unknown escape"));
  EXPECT_EQ(word_mistake("[b-a]"), "0: a range in [ ] goes from a lower to a higher character");
  EXPECT_THAT(word_mistake("a{3,2}"), testing::StartsWith("1: { } holds how often"));
  EXPECT_THAT(word_mistake("a{99999}"), testing::StartsWith("1: { } holds how often"));
  EXPECT_EQ(word_mistake("((a{1000}){1000})"), "0: this expression is too large");
  EXPECT_EQ(word_mistake("(?:a)"), "0: (?...) does not exist here");
  EXPECT_EQ(word_mistake(std::string(60, '(')), "50: too many parentheses inside each other");
}

TEST(PatternWord, IsLinearForExpressionsThatHangOthers) {
  const std::string text(2000, 'a');
  EXPECT_FALSE(word_matches("(a*)*b", text));
  EXPECT_FALSE(word_matches("(a|a)*b", text));
  EXPECT_TRUE(word_matches("(a?){500}a{500}", std::string(500, 'a')));
}

TEST(PatternWord, ALiteralPatternMatchesItsTextOnly) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_text(random);
    const std::string other = random_text(random);
    ASSERT_TRUE(word_matches(literal_pattern(text), text)) << "seed " << seed;
    ASSERT_EQ(word_matches(literal_pattern(text), other), text == other) << "seed " << seed;
  }
}

TEST(PatternWord, AgreesWithTheStandardLibrary) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  static constexpr std::string_view letters = "ab|()*+?.[]^-";
  std::size_t compared = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string expression;
    for (std::size_t size = random() % 9; size > 0; --size) expression += letters[random() % letters.size()];
    // What the two read differently on purpose.
    const bool same_meaning =
        expression.find("??") == std::string::npos && expression.find("(?") == std::string::npos &&
        expression.find('[') == std::string::npos && expression.find(']') == std::string::npos &&
        expression.find('^') == std::string::npos && expression.find("**") == std::string::npos &&
        expression.find("+*") == std::string::npos && expression.find("?*") == std::string::npos &&
        expression.find("*+") == std::string::npos && expression.find("++") == std::string::npos &&
        expression.find("?+") == std::string::npos;
    PatternWord word;
    PatternMistake mistake;
    const bool good = word.compile(expression, mistake);
    if (!good || !same_meaning) continue;
    const std::regex standard(expression);
    for (const char* text : {"", "a", "b", "ab", "aab", "abab", "bbb", "-"}) {
      ASSERT_EQ(word.matches(text), std::regex_match(text, standard))
          << "seed " << seed << ": " << expression << " on '" << text << "'";
      ++compared;
    }
  }
  EXPECT_GT(compared, 100U);
}

TEST(PatternWord, SurvivesAnyBytes) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    PatternWord word;
    PatternMistake mistake;
    const std::string expression = random_text(random) + random_text(random);
    if (!word.compile(expression, mistake)) {
      ASSERT_FALSE(mistake.sentence.empty()) << "seed " << seed;
      ASSERT_LE(mistake.at, expression.size()) << "seed " << seed;
    } else {
      EXPECT_FALSE(word.matches(random_text(random)) && word.matches("no such text, ever") &&
                   expression.empty());
    }
  }
}

}  // namespace lunet::language
