// SPDX-License-Identifier: Apache-2.0
#include "language/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::language {
namespace {

constexpr PathStep storage_fileio{0, "fileio"};
constexpr PathStep disk_vm1{1, "vm1"};
constexpr PathStep disk_path[] = {storage_fileio, disk_vm1};
constexpr PathStep storage_path[] = {storage_fileio};

Pattern pattern_of(std::string_view text) {
  ParsedPattern parsed = parse_pattern(text);
  EXPECT_TRUE(parsed.diagnostics.empty())
      << text << ": " << (parsed.diagnostics.empty() ? "" : parsed.diagnostics[0].sentence);
  return std::move(parsed.pattern);
}

std::string pattern_mistakes(std::string_view text) {
  std::string found;
  for (const Diagnostic& diagnostic : parse_pattern(text).diagnostics)
    found += std::to_string(diagnostic.offset) + ": " + diagnostic.sentence + "\n";
  return found;
}

}  // namespace

TEST(Pattern, MatchesObjectsByClassAndExpression) {
  EXPECT_TRUE(pattern_of("storage fileio disk vm1").matches_object(disk_path));
  EXPECT_TRUE(pattern_of("storage .* disk vm[0-9]").matches_object(disk_path));
  EXPECT_FALSE(pattern_of("storage .* disk vm[02]").matches_object(disk_path));
  EXPECT_FALSE(pattern_of("storage .*").matches_object(disk_path));
  EXPECT_FALSE(pattern_of("fabric .* disk vm1").matches_object(disk_path));
  EXPECT_TRUE(pattern_of("storage fileio disk").matches_object(disk_path)) << "a class alone: any identifier";
  EXPECT_TRUE(pattern_of("storage fileio d.* vm1").matches_object(disk_path))
      << "the last class may be an expression";
}

TEST(Pattern, MatchesAGroupByTwoObjectsAndAWord) {
  const Pattern pattern = pattern_of("storage .* disk .* attribute");
  EXPECT_TRUE(pattern.matches_group(disk_path, "attribute"));
  EXPECT_FALSE(pattern.matches_group(storage_path, "attribute"));
  EXPECT_FALSE(pattern.matches_group(disk_path, "parameter"));
  EXPECT_FALSE(pattern.matches_object(disk_path));
  EXPECT_FALSE(pattern.matches_attribute(disk_path, "attribute", "x", "y"));
}

TEST(Pattern, OneWordIsAGroupTwoAreAnObjectOrAttributeThreeAGroupsAttribute) {
  EXPECT_TRUE(pattern_of(".*").matches_group({}, "attribute"));
  const Pattern two = pattern_of(".* .*");
  EXPECT_TRUE(two.matches_object(storage_path));
  EXPECT_TRUE(two.matches_attribute({}, "", "size", "1"));
  EXPECT_FALSE(two.matches_attribute({}, "attribute", "size", "1"));
  const Pattern three = pattern_of(".* .* .*");
  EXPECT_TRUE(three.matches_attribute({}, "attribute", "size", "1"));
  EXPECT_FALSE(three.matches_attribute({}, "", "size", "1"));
  EXPECT_FALSE(three.matches_object(storage_path));
}

TEST(Pattern, MatchesAttributesByNameAndValue) {
  EXPECT_TRUE(pattern_of("storage fileio disk vm1 size .*").matches_attribute(disk_path, "", "size", "~~~"));
  EXPECT_TRUE(pattern_of("storage .* disk .* attribute emulate_.* 1")
                  .matches_attribute(disk_path, "attribute", "emulate_tpu", "1"));
  EXPECT_FALSE(pattern_of("storage .* disk .* attribute emulate_.* 1")
                   .matches_attribute(disk_path, "attribute", "emulate_tpu", "0"));
}

TEST(Pattern, QuotedWordsHoldBlanks) {
  constexpr PathStep path[] = {storage_fileio, {1, "my disk"}};
  EXPECT_TRUE(pattern_of("storage fileio disk \"my disk\"").matches_object(path));
  EXPECT_TRUE(pattern_of("storage fileio disk 'my d.*'").matches_object(path));
  EXPECT_TRUE(pattern_of("storage fileio disk $\"my\\x20disk\" ").matches_object(path));
}

TEST(Pattern, TellsWhereASearchNeedNotGo) {
  const Pattern pattern = pattern_of("storage fileio disk vm1 size .*");
  EXPECT_TRUE(pattern.may_match_below({}));
  EXPECT_TRUE(pattern.may_match_below(storage_path));
  EXPECT_TRUE(pattern.may_match_below(disk_path));
  constexpr PathStep other[] = {{0, "rd_mcp"}};
  EXPECT_FALSE(pattern.may_match_below(other));
  EXPECT_FALSE(pattern_of("storage fileio").may_match_below(disk_path));
  EXPECT_TRUE(pattern_of("storage fileio d.* vm1").may_match_below(disk_path));
}

TEST(Pattern, SaysAllMistakesWithTheirPlaces) {
  EXPECT_EQ(pattern_mistakes("attr1"),
            "0: a group's name has no digits; an attribute has a value: attr1 .*\n");
  EXPECT_THAT(pattern_mistakes(""), testing::StartsWith("0: the pattern is empty"));
  EXPECT_EQ(pattern_mistakes("storage ( disk [a"), "8: this '(' is not closed\n15: this '[' is not closed\n");
  EXPECT_EQ(pattern_mistakes("storge fileio disk vm1"),
            "0: unknown object class \"storge\"; did you mean \"storage\"?\n");
  EXPECT_EQ(pattern_mistakes("storage \"a"), "8: this quote is not closed on its line\n");
  EXPECT_EQ(pattern_mistakes("storage \"a(\""), "10: this '(' is not closed\n");
}

}  // namespace lunet::language
