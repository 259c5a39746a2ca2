// SPDX-License-Identifier: Apache-2.0
// The grammar, by the vectors that were found by running the original (features 5.18). "now" marks those
// where this language accepts what the original refused.
#include <gmock/gmock.h>

#include "language/syntax.h"

namespace lunet::language {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

static bool valid(std::string text) {
  return parse("t", std::move(text)).diagnostics.empty();
}

/// "disk(a){path=/x}": the structure on one line, whatever the form it was written in.
static std::string shape(const std::vector<Statement>& statements) {
  std::string text;
  for (const Statement& statement : statements) {
    if (!text.empty()) text += ' ';
    text += statement.name.text;
    if (statement.kind == StatementKind::attribute) text += "=" + std::string(statement.value.text);
    if (statement.kind == StatementKind::object) text += "(" + std::string(statement.value.text) + ")";
    if (statement.braces || !statement.body.empty()) text += "{" + shape(statement.body) + "}";
  }
  return text;
}

static std::string shape(std::string text) {
  const Syntax syntax = parse("t", std::move(text));
  return syntax.diagnostics.empty() ? shape(syntax.statements) : "mistake";
}

TEST(Grammar, TextsWithoutStatementsAreValidAndEmpty) {
  for (const char* text :
       {"", "  \t ", "\n \n\r\n", ";;;", "# only comment", "\n# a\n # b", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(shape(text), "") << text;  // now: comments only
  }
}

TEST(Grammar, StatementsEndAtLineEndsAndSemicolons) {
  EXPECT_EQ(shape("\n\n# c\nstorage fileio\n"), "storage(fileio)");
  EXPECT_EQ(shape("storage fileio disk a;storage fileio disk b"),
            "storage(fileio){disk(a)} storage(fileio){disk(b)}");
  EXPECT_EQ(shape("storage fileio disk a;;;storage fileio disk b;"),
            "storage(fileio){disk(a)} storage(fileio){disk(b)}");
  EXPECT_EQ(shape("storage a\r\nstorage b\r\n"), "storage(a) storage(b)");
}

TEST(Grammar, BlocksHoldStatements) {
  EXPECT_EQ(shape("storage fileio disk vm1 {path /x; size 1MB;}"),
            "storage(fileio){disk(vm1){path=/x size=1MB}}");
  EXPECT_EQ(shape("storage fileio disk vm1{\npath /a\n}"), "storage(fileio){disk(vm1){path=/a}}");
  EXPECT_EQ(shape("storage fileio { # c\ndisk a # c\n}"), "storage(fileio){disk(a)}");
  EXPECT_EQ(shape("storage fileio { disk a { path /x; size 1M; }; }"),
            "storage(fileio){disk(a){path=/x size=1M}}");
}

TEST(Grammar, TheLastStatementOfABlockNeedsNoDelimiter) {
  EXPECT_EQ(shape("storage fileio disk vm1 {path /x; size 1MB}"),
            "storage(fileio){disk(vm1){path=/x size=1MB}}");  // now
  EXPECT_EQ(shape("storage fileio { disk a { path /x; size 1M } }"),
            "storage(fileio){disk(a){path=/x size=1M}}");  // now
}

TEST(Grammar, BlocksMayBeEmpty) {
  EXPECT_EQ(shape("storage fileio disk vm1 {}"), "storage(fileio){disk(vm1){}}");                // now
  EXPECT_EQ(shape("storage fileio disk vm1 { }"), "storage(fileio){disk(vm1){}}");               // now
  EXPECT_EQ(shape("fabric iscsi discovery_auth {\n# c\n}"), "fabric(iscsi){discovery_auth{}}");  // now
}

TEST(Grammar, GroupsStandBeforeOneAttributeOrABlock) {
  EXPECT_EQ(shape("fabric iscsi discovery_auth enable yes"), "fabric(iscsi){discovery_auth{enable=yes}}");
  EXPECT_EQ(shape("attribute block_size 512"), "attribute{block_size=512}");
  EXPECT_EQ(shape("attribute { block_size 512; }"), "attribute{block_size=512}");
  EXPECT_EQ(shape("block_size 512"), "block_size=512");
  EXPECT_EQ(shape("fabric iscsi discovery_auth"), "mistake");
  EXPECT_EQ(shape("group2 { x 1; }"), "mistake");
}

TEST(Grammar, WordsAreBareOrInOneKindOfQuotes) {
  EXPECT_EQ(shape("storage fileio disk \"my disk\""), "storage(fileio){disk(my disk)}");
  EXPECT_EQ(shape("disk 'a\"b'"), "disk(a\"b)");
  EXPECT_EQ(shape("x \"\""), "x=");
  EXPECT_EQ(shape("storage fileio disk a%@()b"), "storage(fileio){disk(a%@()b)}");
  EXPECT_EQ(shape("storage fileio disk ~~~"), "storage(fileio){disk(~~~)}");
  EXPECT_EQ(shape(R"(path "C:\dir\n")"), R"(path=C:\dir\n)");
  EXPECT_EQ(shape("portal [2001:db8::5]:3260"), "portal([2001:db8::5]:3260)");
  for (const char* text : {"x \"a", "x \"a\\\"b\"", "x a\\\"b", "x \"a\nb\"", "x \"a\"b", "x 'a''b'"}) {
    EXPECT_FALSE(valid(text)) << text;
  }
}

TEST(Grammar, EscapesWorkInDollarQuotesOnly) {
  EXPECT_EQ(shape(R"(x $"a\"b'c\\d\n\r\t\x00\xfF")"), std::string("x=a\"b'c\\d\n\r\t\0\xff", 14));
  EXPECT_EQ(shape("x $"), "x=$");
  EXPECT_EQ(shape("x $a"), "x=$a");
  for (const char* text : {R"(x $"\q")", R"(x $"\x1")", R"(x $"\xg0")", R"(x $"a)", R"(x $"a\")",
                           "x $\"a\\\nb\"", R"(x a$"b")"}) {
    EXPECT_FALSE(valid(text)) << text;
  }
}

TEST(Grammar, BareWordsArePrintableAscii) {
  EXPECT_FALSE(valid("x \xC3\xA4"));
  EXPECT_FALSE(valid("x a\x01"));
  EXPECT_FALSE(valid("x a\rb"));
  EXPECT_FALSE(valid(std::string("x a\0b", 5)));
  EXPECT_EQ(shape("x '\xC3\xA4'"), "x=\xC3\xA4");
}

TEST(Grammar, NamesOfAttributesStartWithALetter) {
  EXPECT_EQ(shape("attr1 v"), "attr1=v");
  EXPECT_EQ(shape("1attr v"), "mistake");
  EXPECT_EQ(shape("'attr' v"), "mistake");
}

TEST(Grammar, ALineHoldsOneAttribute) {
  EXPECT_EQ(shape("storage fileio disk vm1 path /x size 1M"), "mistake");
  EXPECT_EQ(shape("x # c"), "mistake");
}

TEST(Grammar, ClassesMatchAsWholeWords) {
  EXPECT_EQ(shape("mapped_lun 1 target_lun 1"), "mapped_lun(1){target_lun=1}");
  EXPECT_EQ(shape("storage fileio disk a attribute lun 3"), "mistake");
}

TEST(Grammar, BracesStandOnTheLineOfTheirOwner) {
  EXPECT_EQ(shape("storage fileio disk vm1\n{\n path /a\n}"), "mistake");
  EXPECT_EQ(shape("disk a { x 1 } disk b"), "mistake");
  EXPECT_EQ(shape("disk a { x 1"), "mistake");
  EXPECT_EQ(shape("disk a } "), "mistake");
}

TEST(Grammar, CommentsBelongToTheirStatement) {
  const Syntax syntax = parse(
      "t",
      "# above\n#two\ndisk a { # beside\nlun 0 backend a:b # hello # there\nx y#c\n# below\n} # after\n#\n");
  ASSERT_THAT(syntax.diagnostics, IsEmpty());
  const Statement& disk = syntax.statements.at(0);
  EXPECT_THAT(disk.comments->above, ElementsAre("above", "two"));
  EXPECT_EQ(disk.comments->beside, "beside");
  EXPECT_THAT(disk.comments->below, ElementsAre("below"));
  EXPECT_EQ(disk.comments->after, "after");
  EXPECT_EQ(disk.body.at(0).body.at(0).comments->beside, "hello # there");
  EXPECT_EQ(disk.body.at(1).value.text, "y");
  EXPECT_EQ(disk.body.at(1).comments->beside, "c");
  EXPECT_THAT(syntax.comments, ElementsAre(""));
}

TEST(Grammar, PlacesAreKept) {
  const Syntax syntax = parse("t",
                              "storage fileio {\n    disk \xC3\xA4"
                              "a\n}\nfabric 'b'\n");
  ASSERT_THAT(syntax.diagnostics, SizeIs(1));
  const Statement& fabric = syntax.statements.at(1);
  EXPECT_EQ(syntax.source->position(fabric.name.offset), (Position{4, 1}));
  EXPECT_EQ(syntax.source->position(fabric.value.offset), (Position{4, 8}));
}

TEST(Grammar, DeepNestingIsAMistakeAndNotACrash) {
  std::string blocks;
  for (int i = 0; i < 100'000; ++i) blocks += "disk a {\n";
  EXPECT_FALSE(valid(blocks));
  EXPECT_FALSE(valid(std::string(100'000, '{')));
  std::string chain;
  for (int i = 0; i < 100'000; ++i) chain += "disk a ";
  const Syntax syntax = parse("t", chain);
  ASSERT_THAT(syntax.diagnostics, SizeIs(1));
  EXPECT_THAT(syntax.diagnostics[0].sentence, HasSubstr("nested too deeply"));
}

TEST(Grammar, ABlockThatIsTooDeepEndsAtItsBrace) {
  const auto nested = [](std::uint32_t levels) {
    std::string text;
    for (std::uint32_t i = 0; i < levels; ++i) text += "disk a {";
    return parse("t", text + std::string(levels, '}') + "\nstorage x\n");
  };
  EXPECT_THAT(nested(depth_max).diagnostics, IsEmpty());
  const Syntax syntax = nested(depth_max + 5);
  EXPECT_THAT(syntax.diagnostics, SizeIs(1));
  EXPECT_EQ(syntax.statements.back().value.text, "x");
}

}  // namespace lunet::language
