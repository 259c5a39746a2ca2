// SPDX-License-Identifier: Apache-2.0
#include "interop/json.h"

#include <gmock/gmock.h>

namespace lunet::interop {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view text) {
  const auto json = parse_json(text, "f.json");
  EXPECT_FALSE(json) << text;
  return json ? "" : json.error().message;
}

TEST(Json, IsPrintedAsPythonPrintsIt) {
  const auto json = parse_json(
      R"({"z": [], "b": [1, -2, true, null, {}], "a": {"text": "caf\u00e9 \ud83d\udcbe \u007f\n\"\\/", "n": 18446744073709551615}})",
      "f.json");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(print_json(*json), R"({
  "a": {
    "n": 18446744073709551615,
    "text": "caf\u00e9 \ud83d\udcbe \u007f\n\"\\/"
  },
  "b": [
    1,
    -2,
    true,
    null,
    {}
  ],
  "z": []
}
)");
}

TEST(Json, MistakesOfTheGrammarHaveALineAndAColumn) {
  EXPECT_THAT(refusal("{\n  \"a\": 1,\n  \"b\" 2\n}"), testing::StartsWith("f.json:3:7: this is no JSON: "));
  EXPECT_THAT(refusal(""), testing::StartsWith("f.json:1:1: this is no JSON: "));
  EXPECT_THAT(refusal("{\"a\": 1} x"), HasSubstr("f.json:1:10: "));
  EXPECT_THAT(refusal("{\"a\": \"\xFF\"}"), HasSubstr("UTF-8"));
}

TEST(Json, NumbersThatNoComputerHasAreRefused) {
  EXPECT_THAT(refusal("{\"a\": NaN}"), HasSubstr("f.json:1:"));
  EXPECT_THAT(refusal("{\"a\": -Infinity}"), HasSubstr("f.json:1:"));
  EXPECT_THAT(refusal("{\"a\": 1e999}"), HasSubstr("1e999"));
  EXPECT_EQ(refusal("{\"a\": [{\"size\": 18446744073709551616}]}"),
            "f.json: a[0].size: the number has more than 64 bits");
}

TEST(Json, AKeyThatIsThereTwiceIsRefused) {
  EXPECT_EQ(refusal(R"({"a": [{"b": 1, "c": 2, "b": 3}]})"), "f.json: a[0]: the key \"b\" is there twice");
}

TEST(Json, DepthIsLimited) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_TRUE(parse_json(nested(json_depth_limit), "f.json"));
  EXPECT_THAT(refusal(nested(json_depth_limit + 1)), HasSubstr("more than 32 "));
  EXPECT_THAT(refusal(std::string(1000000, '[')), HasSubstr("more than 32 "));
}

TEST(Json, KnowsWhatIsNoUtf8) {
  EXPECT_TRUE(is_utf8("caf\xC3\xA9"));
  EXPECT_FALSE(is_utf8("\xC3"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
}

}  // namespace
}  // namespace lunet::interop
