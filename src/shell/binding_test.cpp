// SPDX-License-Identifier: Apache-2.0
#include "shell/binding.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

const Command make_command = {.name = "make",
                              .kinds = {},
                              .parameters = {{"name"},
                                             {"size", ParameterType::size},
                                             {"fast", ParameterType::boolean, false, "true", "quick"},
                                             {"lun", ParameterType::lun, false}}};
const Command drop_command = {.name = "drop", .kinds = {}, .parameters = {{"name"}}};
const Command set_command = {.name = "set",
                             .kinds = {},
                             .parameters = {{"group", ParameterType::group, false}},
                             .extra = "parameter",
                             .extra_pairs = "parameter"};

const Command option_command = {.name = "apply",
                                .kinds = {},
                                .parameters = {{"file", ParameterType::text, false},
                                               {.name = "merge",
                                                .type = ParameterType::boolean,
                                                .required = false,
                                                .default_value = "no",
                                                .option = true},
                                               {.name = "confirmed", .required = false, .option = true}}};

Result<Arguments> bind(const Command& to, std::vector<std::string> words) {
  words.emplace_back();  // so that one word is never taken for a line
  const auto tokens = tokens_of_words(words);
  EXPECT_TRUE(tokens);
  return bind_arguments(to, std::span(*tokens).first(words.size() - 1));
}

std::string message(const Command& to, const std::vector<std::string>& words) {
  const auto bound = bind(to, words);
  EXPECT_FALSE(bound);
  return bound ? "" : bound.error().message;
}

TEST(Binding, TakesPositionsAndKeywords) {
  const auto bound = bind(make_command, {"a", "lun=lun3", "size=1g"});
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_EQ(bound->text("name"), "a");
  EXPECT_EQ(bound->size("size"), 1U << 30U);
  EXPECT_TRUE(bound->flag("fast"));
  EXPECT_EQ(bound->numbered("lun", "lun"), 3);
}

TEST(Binding, KnowsTheSecondNameOfAParameter) {
  const auto bound = bind(make_command, {"a", "1M", "quick=no"});
  ASSERT_TRUE(bound);
  EXPECT_FALSE(bound->flag("fast"));
  EXPECT_FALSE(bound->has("lun"));
}

TEST(Binding, NamesMissingParameters) {
  EXPECT_EQ(message(make_command, {"a"}), "make: missing required parameter size");
  EXPECT_EQ(message(make_command, {}), "make: missing required parameters: name, size");
}

TEST(Binding, NamesUnknownKeywords) {
  EXPECT_EQ(message(make_command, {"a", "1M", "fats=1"}), "make: unexpected keyword parameter 'fats'");
  EXPECT_EQ(message(make_command, {"a", "1M", "x=1", "y=2"}), "make: unexpected keyword parameters: x, y");
  EXPECT_EQ(bind(make_command, {"a", "1M", "fats=1"}).error().hint,
            "did you mean 'fast'? usage: make name size [fast] [lun]");
}

TEST(Binding, RefusesAParameterGivenTwice) {
  EXPECT_EQ(message(make_command, {"a", "1M", "name=b"}), "make: parameter name is given twice");
  EXPECT_EQ(message(make_command, {"a", "1M", "fast=1", "quick=1"}), "make: parameter fast is given twice");
}

TEST(Binding, CountsPositions) {
  EXPECT_EQ(message(drop_command, {"a", "b"}),
            "drop: too many positional parameters: got 2, expected exactly 1");
  EXPECT_EQ(message(make_command, {"a", "1M", "1", "2", "3"}),
            "make: too many positional parameters: got 5, expected at most 4");
}

TEST(Binding, TakesOptionsByNameWhereverTheyStand) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"f", "--merge", "--confirmed", "5"},
                                                {"--confirmed=5", "--merge", "f"},
                                                {"merge=yes", "f", "confirmed=5"}}) {
    const auto bound = bind(option_command, words);
    ASSERT_TRUE(bound) << bound.error().message;
    EXPECT_EQ(bound->text("file"), "f");
    EXPECT_TRUE(bound->flag("merge"));
    EXPECT_EQ(bound->text("confirmed"), "5");
  }
  EXPECT_FALSE(bind(option_command, {})->flag("merge"));
  EXPECT_EQ(option_command.syntax(), "apply [file] [--merge] [--confirmed VALUE]");
}

TEST(Binding, RefusesOptionsThatTheCommandHasNot) {
  EXPECT_EQ(message(option_command, {"--marge"}), "apply: there is no option --marge");
  EXPECT_EQ(bind(option_command, {"--marge"}).error().hint.substr(0, 22), "did you mean '--merge'");
  EXPECT_EQ(message(option_command, {"f", "--confirmed"}), "apply: --confirmed needs a value");
  EXPECT_EQ(message(option_command, {"--merge", "merge=no"}), "apply: parameter merge is given twice");
  EXPECT_EQ(bind(drop_command, {"--fast"})->text("name"), "--fast");
}

TEST(Binding, ChecksInTheOrderOfTheRules) {
  // Missing before unknown before twice before too many.
  EXPECT_EQ(message(make_command, {"x=1"}), "make: missing required parameters: name, size");
  EXPECT_EQ(message(make_command, {"a", "1M", "1", "2", "3", "name=b", "x=1"}),
            "make: unexpected keyword parameter 'x'");
  EXPECT_EQ(message(make_command, {"a", "1M", "1", "2", "3", "name=b"}),
            "make: parameter name is given twice");
}

TEST(Binding, ChecksTypes) {
  EXPECT_EQ(message(make_command, {"a", "1X"}), "make: size: '1X' is not a size");
  EXPECT_EQ(message(make_command, {"a", "1M", "maybe"}), "make: fast: 'maybe' is not a yes or no");
  EXPECT_EQ(message(make_command, {"a", "1M", "lun=x"}), "make: lun: 'x' is not a number from 0 to 65535");
  EXPECT_EQ(message(set_command, {"atribute"}), "set: group: there is no configuration group 'atribute'");
}

TEST(Binding, AnEmptyValueIsNone) {
  const auto bound = bind(make_command, {"a", "1M", "fast=", "lun="});
  ASSERT_TRUE(bound);
  EXPECT_TRUE(bound->flag("fast"));
  EXPECT_FALSE(bound->has("lun"));
  EXPECT_EQ(message(make_command, {"name=", "size=1M"}), "make: parameter name is empty");
}

TEST(Binding, KeepsFurtherValuesWhereTheyAreAllowed) {
  const auto bound = bind(set_command, {"attribute", "one", "two", "x=1", "y="});
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->extra, (std::vector<std::string>{"one", "two"}));
  ASSERT_EQ(bound->extra_pairs.size(), 2U);
  EXPECT_EQ(bound->extra_pairs[1], (std::pair<std::string, std::string>("y", "")));
}

TEST(Binding, ADefaultMayBeAPreference) {
  const Command command = {.name = "x",
                           .kinds = {},
                           .parameters = {{.name = "add",
                                           .type = ParameterType::boolean,
                                           .required = false,
                                           .preference = "auto_add_mapped_luns"}}};
  Preferences preferences;
  EXPECT_TRUE(bind_arguments(command, {}, preferences)->flag("add"));
  EXPECT_TRUE(preferences.set({{"auto_add_mapped_luns", "false"}}));
  EXPECT_FALSE(bind_arguments(command, {}, preferences)->flag("add"));
}

}  // namespace
}  // namespace lunet::shell
