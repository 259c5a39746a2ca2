// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <random>

#include "language/syntax.h"
#include "language/test_texts.h"
#include "language/writer.h"

namespace lunet::language {

static std::string reprint(std::string text) {
  const Syntax syntax = parse("t", std::move(text));
  EXPECT_TRUE(syntax.diagnostics.empty());
  return print(syntax);
}

TEST(Printer, LaysOutWithFourBlanksALevel) {
  EXPECT_EQ(reprint("storage   fileio disk \"vm1\" {path '/x y';size 1M}; fabric iscsi {\n}"),
            "storage fileio disk vm1 {\n"
            "    path \"/x y\"\n"
            "    size 1M\n"
            "}\n"
            "fabric iscsi {}\n");
}

TEST(Printer, KeepsComments) {
  const std::string text =
      "# above\n"
      "#\n"
      "storage fileio { # beside\n"
      "    # of the disk\n"
      "    disk a { # in\n"
      "        path /x # of the path # too\n"
      "        # below\n"
      "    } # after\n"
      "} # behind\n"
      "# last\n";
  EXPECT_EQ(reprint(text), text);
  EXPECT_EQ(reprint("disk a { # c\n}"), "disk a { # c\n}\n");
  EXPECT_EQ(reprint("x ~~~#c"), "x ~~~ # c\n");
}

TEST(Printer, UnsetStaysUnsetAndQuotedTildesStayAValue) {
  EXPECT_EQ(reprint("x ~~~; y '~~~'"), "x ~~~\ny \"~~~\"\n");
}

TEST(Parser, SurvivesAnyBytesAndPrintsAFixedPoint) {
  std::mt19937 random(4711);
  static constexpr std::string_view pieces[] = {
      "disk ", "storage fileio ", "{", "}", "\n", ";", "# c\n", "x 1", "auth ", "\"a b\"", "~~~", "{\n"};
  int valid = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto n = random() % 20; n > 0; --n) {
      text += random() % 10 == 0 ? random_text(random) : std::string(pieces[random() % std::size(pieces)]);
    }
    const Syntax syntax = parse("t", text);
    if (!syntax.diagnostics.empty()) continue;
    ++valid;
    const std::string printed = print(syntax);
    ASSERT_EQ(reprint(printed), printed) << text;
  }
  EXPECT_GT(valid, 1000);
}

}  // namespace lunet::language
