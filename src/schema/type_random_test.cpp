// SPDX-License-Identifier: Apache-2.0
// Properties of check() over random texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "schema/type.h"

namespace lunet::schema {
namespace {

std::string random_value(std::mt19937& random) {
  static constexpr std::string_view letters = "0123456789.:-+%[]kMGbB, \t\naeqnuifx_/\xC3\xFF";
  static constexpr std::string_view starts[] = {
      "", "iqn.2003-01.", "naa.", "eui.", "[2001:db8::", "fileio:", "1.5", "/"};
  std::string text(starts[random() % std::size(starts)]);
  const std::size_t size = random() % 20;
  for (std::size_t i = 0; i < size; ++i) {
    const bool any = random() % 16 == 0;
    text.push_back(any ? static_cast<char>(random() % 256) : letters[random() % letters.size()]);
  }
  return text;
}

}  // namespace

TEST(TypeRandom, ANormalFormIsItsOwnNormalForm) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  const int rounds = std::getenv("LUNET_TORTURE") == nullptr ? 1000 : 100000;
  std::vector<Type> types;
  for (const TypeName& name : type_names()) {
    const bool worded = name.name == "word" || name.name == "list";
    types.push_back({{*make_form(name.name, worded ? std::vector<std::string_view>{"a", "1", "x"}
                                                   : std::vector<std::string_view>{})}});
  }
  int accepted = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = random_value(random);
    for (const Type& type : types) {
      const auto once = check(type, text);
      if (!once) continue;
      ++accepted;
      const auto twice = check(type, *once);
      ASSERT_TRUE(twice) << "seed " << seed << ", " << policy_text(type) << " of "
                         << testing::PrintToString(text);
      ASSERT_EQ(*twice, *once) << "seed " << seed << ", " << policy_text(type) << " of "
                               << testing::PrintToString(text);
    }
  }
  EXPECT_GT(accepted, rounds);
}

TEST(TypeRandom, AHundredThousandValuesAreLittleWork) {
  const Type boolean{{*make_form("bool", {})}};
  const Type number{{*make_form("int", {"0..65535"})}};
  const auto start = std::chrono::steady_clock::now();
  std::size_t good = 0;
  for (int i = 0; i < 50000; ++i) {
    good += check(boolean, i % 2 == 0 ? "yes" : "0") ? 1U : 0U;
    good += check(number, std::to_string(i)) ? 1U : 0U;
  }
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  EXPECT_EQ(good, 100000U);
  RecordProperty("microseconds_of_100000_values", std::to_string(took.count()));
}

}  // namespace lunet::schema
