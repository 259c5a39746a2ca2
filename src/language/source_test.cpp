// SPDX-License-Identifier: Apache-2.0
#include "language/source.h"

#include <gmock/gmock.h>

namespace lunet::language {

TEST(Source, CountsLinesAndCharactersFromOne) {
  const Source source("n", "ab\n\t\xC3\xA4x\r\n\nend");
  EXPECT_EQ(source.position(0), (Position{1, 1}));
  EXPECT_EQ(source.position(2), (Position{1, 3})) << "a line end belongs to its line";
  EXPECT_EQ(source.position(3), (Position{2, 1}));
  EXPECT_EQ(source.position(6), (Position{2, 3})) << "behind a character of two bytes";
  EXPECT_EQ(source.position(9), (Position{3, 1}));
  EXPECT_EQ(source.position(13), (Position{4, 4}));
  EXPECT_EQ(source.position(1000), (Position{4, 4}));
}

TEST(Source, GivesTheLineWithoutItsEnd) {
  const Source source("n", "ab\ncd\r\n\nend");
  EXPECT_EQ(source.line(0), "ab");
  EXPECT_EQ(source.line(2), "ab");
  EXPECT_EQ(source.line(3), "cd");
  EXPECT_EQ(source.line(7), "");
  EXPECT_EQ(source.line(11), "end");
  EXPECT_EQ(Source("n", "").line(0), "");
}

}  // namespace lunet::language
