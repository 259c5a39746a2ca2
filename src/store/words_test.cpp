// SPDX-License-Identifier: Apache-2.0
#include "store/words.h"

#include <gmock/gmock.h>

namespace lunet::store {

TEST(Words, ReadsPairsOfKeysAndValues) {
  const std::string line = "pid 12 command " + written_word("a b\n\"c'") + " empty " + written_word("");
  const Words words(line);
  EXPECT_EQ(words.value("pid"), "12");
  EXPECT_EQ(words.value("command"), "a b\n\"c'");
  EXPECT_EQ(words.value("empty"), "");
  EXPECT_EQ(words.value("12"), "");
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(Words, ALineWithAMistakeHasNone) {
  EXPECT_EQ(Words("pid 12 command \"a").value("pid"), "");
  EXPECT_EQ(Words("").value("pid"), "");
  EXPECT_EQ(Words("pid").value("pid"), "");
}

}  // namespace lunet::store
