// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "language/policy.h"
#include "language/test_texts.h"

namespace lunet::language {
namespace {

void write_policy(const std::vector<PolicyStatement>& statements, std::string& out) {
  for (const PolicyStatement& statement : statements) {
    out += out.empty() || out.ends_with('{') ? "" : " ";
    out += statement.name.text;
    for (const Word& identifier : statement.identifiers) out.append(" ").append(identifier.text);
    for (const PolicyType& type : statement.types) {
      out.append(" %").append(type.name.text);
      for (const Word& option : type.options) out.append("/").append(option.text);
    }
    if (statement.initial) out.append("(").append(statement.initial->text).append(")");
    if (statement.reference)
      out += " @" + std::to_string(statement.reference->levels) +
             std::string(object_classes.at(statement.reference->object_class));
    for (const PolicyFlag& flag : statement.flags) {
      out.append(" ").append(flag.name.text);
      if (flag.argument) out.append("=").append(flag.argument->text);
    }
    if (!statement.comment.empty()) out.append(" #").append(statement.comment);
    if (statement.kind == StatementKind::attribute) continue;
    out += "{";
    write_policy(statement.body, out);
    out += "}";
  }
}

/// The statements in one line, or the mistakes.
std::string policy_read(std::string_view text) {
  const PolicySyntax syntax = parse_policy("t", std::string(text));
  if (!syntax.diagnostics.empty()) return render(*syntax.source, syntax.diagnostics);
  std::string out;
  write_policy(syntax.statements, out);
  return out;
}

}  // namespace

TEST(PolicyParser, ReadsTheOriginalsRules) {
  EXPECT_EQ(policy_read("storage fileio disk %str path %str"), "storage fileio{disk %str{path %str}}");
  EXPECT_EQ(policy_read("buffered %bool(yes)"), "buffered %bool(yes)");
  EXPECT_EQ(policy_read("x %str(\"a b\")\ny %str(\"\")"), "x %str(a b) y %str()");
  EXPECT_EQ(policy_read("x % int ( -5 )"), "x %int(-5)");
  EXPECT_EQ(policy_read("target_lun @(-3 lun)"), "target_lun @3lun");
  EXPECT_EQ(policy_read("fabric iscsi { discovery_auth { enable %bool(yes) } }"),
            "fabric iscsi{discovery_auth{enable %bool(yes)}}");
  EXPECT_EQ(policy_read("attribute block_size %int(512)"), "attribute{block_size %int(512)}");
}

TEST(PolicyParser, ReadsOurRules) {
  EXPECT_EQ(policy_read("fabric srpt|ib_srpt directory(srpt) target %ib|hw_wwn {}"),
            "fabric srpt ib_srpt directory=srpt{target %ib %hw_wwn{}}");
  EXPECT_EQ(policy_read("block_size %word[512 4096](512) unexported  # bytes"),
            "block_size %word/512/4096(512) unexported #bytes");
  EXPECT_EQ(policy_read("MaxBurst %int[512..16777215](262144) lunetd(1048576)"),
            "MaxBurst %int/512..16777215(262144) lunetd=1048576");
  EXPECT_EQ(policy_read("storage rd_mcp { # in memory\n disk %name }"),
            "storage rd_mcp #in memory{disk %name{}}");
}

TEST(PolicyParser, HasTheDelimitersOfTheConfiguration) {
  for (const std::string_view text : {"", " \n\t\r\n", "# only a comment", ";;;", "\xEF\xBB\xBF"})
    EXPECT_EQ(policy_read(text), "") << text;
  EXPECT_EQ(policy_read("\n\n# c\nstorage fileio\n"), "storage fileio{}");
  EXPECT_EQ(policy_read("storage fileio disk a;;;storage fileio disk b;"),
            "storage fileio{disk a{}} storage fileio{disk b{}}");
  EXPECT_EQ(policy_read("storage fileio { disk a { path %str; size %bytes }; }"),
            "storage fileio{disk a{path %str size %bytes}}");
  EXPECT_EQ(policy_read("storage fileio{\npath %str\r\n}"), "storage fileio{path %str}");
  EXPECT_EQ(policy_read("storage fileio disk \"my disk\""), "storage fileio{disk my disk{}}");
}

TEST(PolicyParser, RefusesWhatTheOriginalRefuses) {
  for (const std::string_view text : {"x %str()",
                                      "x %str(",
                                      "x %str(a",
                                      "x %",
                                      "x yes",
                                      "x",
                                      "fabric iscsi discovery_auth",
                                      "storage fileio disk a%@()b",
                                      "1x %int",
                                      "group2 { x %int }",
                                      "storage fileio\n{\n}",
                                      "x %int y %int",
                                      "x \"a",
                                      "@(-3 lun)",
                                      "x @(lun)",
                                      "x @(-0 lun)",
                                      "x @(-3 lnu)",
                                      "x @(-3",
                                      "storage",
                                      "x %int[",
                                      "x %int[1",
                                      "x %int[1\n]",
                                      "x %word[a(b](c)",
                                      "x %int { }"}) {
    const PolicySyntax syntax = parse_policy("t", std::string(text));
    EXPECT_FALSE(syntax.diagnostics.empty()) << text;
  }
}

TEST(PolicyParser, SaysAllMistakesWithTheirPlaces) {
  EXPECT_EQ(
      policy_read("storage fileio {\n    path %str()\n    target_lun @(-3 lnu)\n    dsk %str {\n}\n}\nx\n"),
      "t:2:15: a default is missing between the parentheses; the empty text is (\"\")\n"
      "        path %str()\n"
      "                  ^\n"
      "t:3:21: unknown object class \"lnu\"; did you mean \"lun\"?\n"
      "        target_lun @(-3 lnu)\n"
      "                        ^\n"
      "t:4:14: an attribute has no { }\n"
      "        dsk %str {\n"
      "                 ^\n"
      "t:7:1: \"x\" is incomplete: an attribute needs a %type or a @reference, a group needs an attribute or "
      "{ }, "
      "an object starts with its class\n"
      "    x\n"
      "    ^");
}

TEST(PolicyParser, NestingHasALimit) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "storage a {";
  EXPECT_FALSE(parse_policy("t", text).diagnostics.empty());
  std::string line;
  for (int i = 0; i < 1000; ++i) line += "storage a ";
  EXPECT_FALSE(parse_policy("t", line).diagnostics.empty());
}

TEST(PolicyParser, SurvivesAnyBytes) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  constexpr std::string_view parts[] = {"storage ", "disk ", "lun ",       "%int", "%str",
                                        "[1..2]",   "(5)",   "@(-3 lun)",  "{",    "}",
                                        "\n",       ";",     "attribute ", "x ",   "|"};
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::size_t n = random() % 12; n > 0; --n)
      text += random() % 4 == 0 ? random_text(random) : std::string(parts[random() % std::size(parts)]);
    const PolicySyntax syntax = parse_policy("t", text);
    for (const Diagnostic& diagnostic : syntax.diagnostics) {
      ASSERT_LE(diagnostic.offset, text.size()) << "seed " << seed;
      ASSERT_FALSE(diagnostic.sentence.empty()) << "seed " << seed;
    }
    render(*syntax.source, syntax.diagnostics);
  }
}

}  // namespace lunet::language
