// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gmock/gmock.h>

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

TEST(Text, UuidsAreWellFormedAndDiffer) {
  const std::string uuid = random_uuid();
  EXPECT_THAT(uuid, testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-[0-9a-f]+"));
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_NE(uuid, random_uuid());
}

}  // namespace lunet
