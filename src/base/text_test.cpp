// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gmock/gmock.h>

#include <tuple>

namespace lunet {

using testing::ElementsAre;

TEST(Text, TrimsAndSplits) {
  EXPECT_EQ(trim(" \ta b\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, JoinsWhatStandsBetweenSeparators) {
  EXPECT_EQ(joined({"a", "b"}), "a, b");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(joined({"a", "b", "c"}, " "), "a b c");
}

TEST(Text, ParsesNumbersWholeOrNotAtAll) {
  EXPECT_EQ(parse_unsigned("42"), 42U);
  EXPECT_FALSE(parse_unsigned("-1"));
  EXPECT_FALSE(parse_unsigned("4 "));
  EXPECT_FALSE(parse_unsigned("99999999999999999999"));
  EXPECT_EQ(parse_signed("-1"), -1);
}

TEST(Text, BooleansAreStrict) {
  EXPECT_EQ(parse_bool("YES"), true);
  EXPECT_EQ(parse_bool("0"), false);
  EXPECT_FALSE(parse_bool("on"));
  EXPECT_FALSE(parse_bool(""));
}

TEST(Text, OrdersTrailingNumbersByValue) {
  EXPECT_TRUE(natural_less("lun2", "lun10"));
  EXPECT_FALSE(natural_less("lun10", "lun2"));
  EXPECT_TRUE(natural_less("a", "b1"));
  EXPECT_FALSE(natural_less("x1", "x1"));
}

TEST(Text, NaturalOrderIsThatOfTheTextThenOfTheNumberThenOfTheSpelling) {
  std::vector<std::string> words{""};
  for (std::size_t i = 0; i < words.size() && words[i].size() < 4; ++i) {
    for (const char c : {'a', 'b', '0', '1', '9'}) words.push_back(words[i] + c);
  }
  const auto key = [](const std::string& word) {
    const std::string text = word.substr(0, word.find_last_not_of("0123456789") + 1);
    const std::string number = word.substr(text.size());
    return std::tuple(text, number.empty() ? -1 : std::stoi(number), word);
  };
  for (const std::string& a : words) {
    for (const std::string& b : words) ASSERT_EQ(natural_less(a, b), key(a) < key(b)) << a << ' ' << b;
  }
}

TEST(Text, UuidsAreWellFormedAndDiffer) {
  const std::string uuid = random_uuid();
  EXPECT_THAT(uuid, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-[0-9a-f]+"));
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_NE(uuid, random_uuid());
}

}  // namespace lunet
