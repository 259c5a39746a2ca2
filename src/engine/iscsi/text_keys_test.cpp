// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/text_keys.h"

#include <gtest/gtest.h>

#include <string>

namespace lunet::iscsi {
namespace {

using namespace std::string_literals;

TEST(TextKeys, SplitsPairs) {
  const std::string text = "InitiatorName=iqn.a=b\0Empty=\0HeaderDigest=CRC32C,None\0"s;
  const auto pairs = parse_text(text);
  ASSERT_TRUE(pairs);
  ASSERT_EQ(pairs->size(), 3u);
  EXPECT_EQ((*pairs)[0].key, "InitiatorName");
  EXPECT_EQ((*pairs)[0].value, "iqn.a=b");
  EXPECT_EQ((*pairs)[1].value, "");
  EXPECT_EQ((*pairs)[2].key, "HeaderDigest");
}

TEST(TextKeys, ToleratesAMissingLastZeroAndEmptyStrings) {
  const std::string text = "\0\0A=1\0\0B=2"s;  // the pairs are views of it
  const auto pairs = parse_text(text);
  ASSERT_TRUE(pairs);
  ASSERT_EQ(pairs->size(), 2u);
  EXPECT_EQ((*pairs)[1].value, "2");
  EXPECT_TRUE(parse_text("")->empty());
}

TEST(TextKeys, RefusesWhatIsNoPair) {
  EXPECT_FALSE(parse_text("NoEquals\0"s));
  EXPECT_FALSE(parse_text("=value\0"s));
  EXPECT_FALSE(parse_text("Ke y=value\0"s));
  EXPECT_FALSE(parse_text("9Key=value\0"s));
  EXPECT_FALSE(parse_text(std::string(64, 'K') + "=1"));
  EXPECT_TRUE(parse_text(std::string(63, 'K') + "=1"));
}

TEST(TextKeys, LimitsTheNumberOfPairs) {
  std::string text;
  for (std::size_t i = 0; i < pairs_max; i++) append_pair(text, "X-k", "v");
  EXPECT_TRUE(parse_text(text));
  append_pair(text, "X-k", "v");
  EXPECT_FALSE(parse_text(text));
}

TEST(TextKeys, ReadsNumbers) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("262144"), 262144u);
  EXPECT_EQ(parse_number("0x1F"), 31u);
  EXPECT_EQ(parse_number(""), std::nullopt);
  EXPECT_EQ(parse_number("0x"), std::nullopt);
  EXPECT_EQ(parse_number("-1"), std::nullopt);
  EXPECT_EQ(parse_number("12k"), std::nullopt);
  EXPECT_EQ(parse_number("0x11112222333344445"), std::nullopt);
}

TEST(TextKeys, ReadsBooleans) {
  EXPECT_EQ(parse_yes_no("Yes"), true);
  EXPECT_EQ(parse_yes_no("No"), false);
  EXPECT_EQ(parse_yes_no("yes"), std::nullopt);
  EXPECT_EQ(parse_yes_no("Yes "), std::nullopt);
}

}  // namespace
}  // namespace lunet::iscsi
