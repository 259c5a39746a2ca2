// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "configfs/model/rules.h"

namespace lunet::configfs {
namespace {

TEST(Accept, FlagsAreReadAsTheKernelReadsThem) {
  for (const char* yes : {"1", "y", "Yes", "on", "1\n", "ON"}) EXPECT_EQ(*normalise(flag(), yes), "1") << yes;
  for (const char* no : {"0", "n", "NO", "off", "0\n"}) EXPECT_EQ(*normalise(flag(), no), "0") << no;
  for (const char* bad : {"2", "", "x", "o", "\n"})
    EXPECT_EQ(normalise(flag(), bad).error().errnum, EINVAL) << bad;
}

TEST(Accept, NumbersHaveBasesRangesAndNothingElse) {
  EXPECT_EQ(*normalise(number(0, 100), "0x1f\n"), "31");
  EXPECT_EQ(*normalise(number(0, 100), "010"), "8");
  EXPECT_EQ(*normalise(number(-2, 100), "-1"), "-1");
  EXPECT_EQ(*normalise(number(0, 100), "0"), "0");
  for (const char* bad : {"101", "-1", "", " 1", "1 ", "1x", "--1", "0x", "1\n\n", "+-1"})
    EXPECT_EQ(normalise(number(0, 100), bad).error().errnum, EINVAL) << bad;
  EXPECT_EQ(normalise(number(0, 100), "99999999999999999999").error().errnum, ERANGE);
}

TEST(Accept, WordsAndListsTakeWholeWords) {
  EXPECT_EQ(*normalise(one_of("Yes No"), "No\n"), "No");
  EXPECT_EQ(normalise(one_of("Yes No"), "no").error().errnum, EINVAL);
  EXPECT_EQ(*normalise(list_of("CRC32C None"), "None,CRC32C"), "None,CRC32C");
  for (const char* bad : {"CRC32C,", ",", "", "CRC32C None"})
    EXPECT_EQ(normalise(list_of("CRC32C None"), bad).error().errnum, EINVAL) << bad;
  EXPECT_EQ(normalise(any_text(3), "abcd").error().errnum, EINVAL);
}

}  // namespace
}  // namespace lunet::configfs
