// SPDX-License-Identifier: Apache-2.0
#include "language/writer.h"

#include <gmock/gmock.h>

namespace lunet::language {

TEST(Writer, IndentsLinesAndSeparatesWords) {
  std::string text;
  Writer writer(text);
  writer.name("disk");
  writer.word("my disk");
  writer.open();
  writer.comment("one");
  writer.end_line();
  writer.name("auth");
  writer.open();
  writer.end_line();
  writer.name("x");
  writer.name("~~~");
  writer.end_line();
  writer.close();
  writer.comment("");
  writer.end_line();
  writer.close();
  writer.end_line();
  EXPECT_EQ(text, "disk \"my disk\" { # one\n    auth {\n        x ~~~\n    } #\n}\n");
}

TEST(Writer, AnEmptyBlockStaysOnItsLine) {
  std::string text;
  Writer writer(text);
  writer.name("auth");
  writer.open();
  writer.close();
  writer.end_line();
  EXPECT_EQ(text, "auth {}\n");
}

}  // namespace lunet::language
