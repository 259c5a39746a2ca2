// SPDX-License-Identifier: Apache-2.0
#include "language/word.h"

#include <gmock/gmock.h>

#include "language/syntax.h"
#include "language/test_texts.h"

namespace lunet::language {

TEST(Word, TakesTheSimplestFormThatReadsBack) {
  EXPECT_EQ(word_text("iqn.2003-01.org.example:t1"), "iqn.2003-01.org.example:t1");
  EXPECT_EQ(word_text("[::0]:3260"), "[::0]:3260");
  EXPECT_EQ(word_text("a\\b"), "a\\b");
  EXPECT_EQ(word_text(""), "\"\"");
  EXPECT_EQ(word_text("my disk"), "\"my disk\"");
  EXPECT_EQ(word_text("CRC32C,None"), "\"CRC32C,None\"");
  EXPECT_EQ(word_text("~~~"), "\"~~~\"");
  EXPECT_EQ(word_text("a\"b"), "'a\"b'");
  EXPECT_EQ(word_text("a'b"), "\"a'b\"");
  EXPECT_EQ(word_text("a\"b'c\\"), R"($"a\"b'c\\")");
  EXPECT_EQ(word_text("\xC3\xA4"), "\"\xC3\xA4\"");
  EXPECT_EQ(word_text("a\nb\t\r\x01"), R"($"a\nb\t\r\x01")");
  EXPECT_EQ(word_text("\xC3"), R"($"\xC3")");                  // a cut sequence
  EXPECT_EQ(word_text("\xC0\x80"), R"($"\xC0\x80")");          // overlong
  EXPECT_EQ(word_text("\xED\xA0\x80"), R"($"\xED\xA0\x80")");  // a surrogate
  EXPECT_EQ(word_text("\xC2\x9B"), R"($"\xC2\x9B")");          // a control of terminals
}

TEST(Word, AnyBytesAreReadBack) {
  std::mt19937 random(20240817);
  for (int i = 0; i < 20'000; ++i) {
    const std::string value = random_text(random);
    const Syntax syntax = parse("t", "x " + word_text(value) + (i % 2 ? "\n" : "#c"));
    ASSERT_TRUE(syntax.diagnostics.empty()) << word_text(value);
    ASSERT_EQ(syntax.statements.at(0).value.text, value);
    ASSERT_FALSE(is_unset(syntax.statements[0].value));
  }
}

TEST(Word, NamesHaveLettersFirstAndAreNoClasses) {
  for (const char* name : {"a", "block_size", "X1", "IFMarkInt"})
    EXPECT_TRUE(is_attribute_name(name)) << name;
  for (const char* name : {"", "1a", "_a", "a-b", "a.b", "lun", "\xC3\xA4"})
    EXPECT_FALSE(is_attribute_name(name)) << name;
  for (const char* name : {"auth", "discovery_auth", "_"}) EXPECT_TRUE(is_group_name(name)) << name;
  for (const char* name : {"", "group2", "a-b", "disk"}) EXPECT_FALSE(is_group_name(name)) << name;
}

TEST(Word, TheFirstBadEscapeIsNamed) {
  std::size_t mistake = 0;
  EXPECT_EQ(decode_escapes("a\\\\\\n", mistake), "a\\\n");
  EXPECT_FALSE(decode_escapes("ab\\z\\y", mistake));
  EXPECT_EQ(mistake, 2U);
  EXPECT_FALSE(decode_escapes("abc\\", mistake));
  EXPECT_EQ(mistake, 3U);
}

}  // namespace lunet::language
