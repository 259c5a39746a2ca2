// SPDX-License-Identifier: Apache-2.0
#include "language/diagnostic.h"

#include <gmock/gmock.h>

#include "language/syntax.h"

namespace lunet::language {

using testing::HasSubstr;

static std::string messages(std::string text) {
  Syntax syntax = parse("a.lio", std::move(text));
  return render(*syntax.source, std::move(syntax.diagnostics));
}

TEST(Diagnostic, NamesThePlaceShowsTheLineAndProposes) {
  EXPECT_EQ(messages("fabric iscsi\nstorage fileio dsk vm1 path /x\n"),
            "a.lio:2:16: unknown object class \"dsk\"; did you mean \"disk\"?\n"
            "    storage fileio dsk vm1 path /x\n"
            "                   ^");
}

TEST(Diagnostic, AllMistakesOfATextAreFoundInOneGo) {
  EXPECT_EQ(messages("storage fileio disk a {\n"
                     "    path /x size 1M\n"
                     "    1st x; size 2M; wwn\n"
                     "    alias \"open\n"
                     "}\n"
                     "targt iqn.x:y {\n"
                     "    lun\n"
                     "}\n"
                     "}\n"
                     "acl x {\n"),
            "a.lio:2:13: a line holds one attribute; separate the next one by ';' or a line end\n"
            "        path /x size 1M\n"
            "                ^\n"
            "a.lio:3:5: an attribute's name is a letter, then letters, digits and '_', without quotes\n"
            "        1st x; size 2M; wwn\n"
            "        ^\n"
            "a.lio:3:21: \"wwn\" is incomplete: an attribute needs a value, a group needs an attribute or { "
            "}, an object "
            "starts with its class\n"
            "        1st x; size 2M; wwn\n"
            "                        ^\n"
            "a.lio:4:11: this quote is not closed on its line\n"
            "        alias \"open\n"
            "              ^\n"
            "a.lio:6:1: unknown object class \"targt\"; did you mean \"target\"?\n"
            "    targt iqn.x:y {\n"
            "    ^\n"
            "a.lio:7:5: the lun has no identifier: lun NAME\n"
            "        lun\n"
            "        ^\n"
            "a.lio:9:1: this '}' closes nothing\n"
            "    }\n"
            "    ^\n"
            "a.lio:10:7: this '{' is not closed\n"
            "    acl x {\n"
            "          ^");
}

TEST(Diagnostic, TheCaretStandsUnderTheCharacterAfterTabsAndUmlauts) {
  EXPECT_EQ(messages("\tdisk '\xC3\xA4\xC3\xB6' x y z w\n"),
            "a.lio:1:16: a line holds one attribute; separate the next one by ';' or a line end\n"
            "    \tdisk '\xC3\xA4\xC3\xB6' x y z w\n"
            "    \t              ^");
}

TEST(Diagnostic, EachMistakeOfAWordHasItsSentence) {
  EXPECT_THAT(messages("x a\"b\""), HasSubstr("a.lio:1:4: a quote inside a word"));
  EXPECT_THAT(messages("x 'a'b"), HasSubstr("a.lio:1:6: a blank is missing after the closing quote"));
  EXPECT_THAT(messages("x \xC3\xA4"), HasSubstr("a.lio:1:3: characters outside ASCII need quotes"));
  EXPECT_THAT(messages("x a\x01"), HasSubstr("a.lio:1:4: a control character may only stand in $\"...\""));
  EXPECT_THAT(messages("x $\"ab\\q\""), HasSubstr("a.lio:1:7: unknown escape"));
  EXPECT_THAT(messages("disk a\n{\n}"),
              HasSubstr("a.lio:2:1: '{' must stand on the line of what it belongs to"));
  EXPECT_THAT(messages("disk a { } lun 0"), HasSubstr("a.lio:1:12: after '}' a line end or ';' is needed"));
  EXPECT_THAT(messages("group2 { }"), HasSubstr("a.lio:1:1: a group's name has only letters"));
  EXPECT_THAT(messages("path x { }"), HasSubstr("a.lio:1:1: \"path\" is no object class"));
}

TEST(Diagnostic, LongLinesAreCutAroundTheMistake) {
  const std::string text = "x " + std::string(1000, 'a') + "\"b " + std::string(1000, 'c');
  const std::string rendered = messages(text);
  EXPECT_LT(rendered.size(), 500U);
  EXPECT_THAT(rendered, HasSubstr("a\"b ccc"));
}

TEST(Diagnostic, NoControlCharacterReachesTheTerminal) {
  EXPECT_EQ(messages("x a\x1b[2J\n").find('\x1b'), std::string::npos);
}

TEST(Diagnostic, MoreThanAHundredMistakesAreCounted) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "x\n";
  EXPECT_THAT(messages(text), testing::EndsWith("and 50 more mistakes"));
}

TEST(Nearest, FindsWordsWithOneOrTwoMistakes) {
  EXPECT_EQ(nearest("dsk", object_classes), "disk");
  EXPECT_EQ(nearest("tagret", object_classes), "target");
  EXPECT_EQ(nearest("mappedlun", object_classes), "mapped_lun");
  EXPECT_EQ(nearest("path", object_classes), "");
  EXPECT_EQ(nearest("size", object_classes), "");
  EXPECT_EQ(nearest("", object_classes), "");
}

}  // namespace lunet::language
