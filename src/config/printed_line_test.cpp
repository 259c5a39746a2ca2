// SPDX-License-Identifier: Apache-2.0
#include "config/printed_line.h"

#include <gtest/gtest.h>

namespace lunet::config {

TEST(PrintedLine, IsTakenApart) {
  PrintedLine line;
  ASSERT_TRUE(read_printed_line("storage fileio disk \"a b\" {", line));
  EXPECT_EQ(line.objects, 2U);
  EXPECT_TRUE(line.opens);
  EXPECT_EQ(line.rest(), 0U);
  EXPECT_EQ(line.key(), (ObjectKey{ObjectClass::storage, "fileio"}));
  EXPECT_EQ(line.words[3].text, "a b");
  ASSERT_TRUE(read_printed_line("disk a attribute emulate_tpu 1", line));
  EXPECT_EQ(line.rest(), 3U);
  EXPECT_FALSE(line.opens);
}

TEST(PrintedLine, KnowsEscapes) {
  PrintedLine line;
  ASSERT_TRUE(read_printed_line(R"(disk $"a\"\xC3\xBC" path $"/a\\")", line));
  EXPECT_EQ(line.key().id, "a\"\xC3\xBC");
  EXPECT_EQ(line.words[3].text, R"(/a\\)");
  ASSERT_TRUE(read_printed_line("disk \"\xC3\xBC\" size 1", line));
  EXPECT_EQ(line.key().id, "\xC3\xBC");
  for (const char* text : {R"(disk $"a\")", R"(disk $"\q")", R"(disk $"a)", R"(disk $"\x0")"}) {
    EXPECT_FALSE(read_printed_line(text, line)) << text;
  }
}

TEST(PrintedLine, RefusesWhatIsNotPrintedSo) {
  PrintedLine line;
  for (const char* text : {"disk  a", "disk a ", "disk", "disk a size", "disk \"a", "size ~~~",
                           "disk a; disk b", "disk a {size 1}", "a b c d e", "disk \x01"}) {
    EXPECT_FALSE(read_printed_line(text, line)) << text;
  }
}

}  // namespace lunet::config
