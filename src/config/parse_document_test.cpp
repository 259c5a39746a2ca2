// SPDX-License-Identifier: Apache-2.0
// docs/language.md: what it shows is what happens.
#include <gmock/gmock.h>

#include <fstream>

#include "base/test_files.h"
#include "config/test_trees.h"
#include "config/tree.h"
#include "config/validate/validate.h"
#include "language/syntax.h"

namespace lunet::config {

namespace {
/// A fenced block: "lio canonical" and its lines.
struct Example {
  std::string kind;
  std::string text;
  std::size_t line = 0;
};
}  // namespace

static std::vector<Example> examples(const std::string& name = "docs/language.md") {
  std::ifstream document(test::source_file(name));
  std::vector<Example> found;
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(document, line);) {
    ++number;
    const bool fence = line.starts_with("```");
    if (fence && !inside) found.push_back({line.substr(3), "", number});
    if (!fence && inside) found.back().text += line + "\n";
    if (fence) inside = !inside;
  }
  return found;
}

TEST(LanguageDocument, ItsExamplesAreParsed) {
  int count = 0;
  for (const Example& example : examples()) {
    if (example.kind != "lio" && example.kind != "lio canonical") continue;
    ++count;
    const auto tree = parse(example.text, "example.lio");
    ASSERT_TRUE(tree) << "line " << example.line << "\n" << tree.error().message;
    const auto again = parse(print(*tree), "printed");
    ASSERT_TRUE(again) << "line " << example.line;
    EXPECT_EQ(*again, *tree) << "line " << example.line;
    if (example.kind == "lio canonical") {
      EXPECT_EQ(print(*tree), example.text);
      EXPECT_EQ(language::print(language::parse("t", example.text)), example.text);
    }
  }
  EXPECT_GE(count, 11);
}

TEST(LanguageDocument, ItsMistakesAreRefusedWithTheMessageShown) {
  const auto all = examples();
  int count = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i].kind != "lio refused") continue;
    ++count;
    const auto tree = parse(all[i].text, "example.lio");
    ASSERT_FALSE(tree) << "line " << all[i].line;
    ASSERT_EQ(all[i + 1].kind, "text");
    EXPECT_EQ(tree.error().message + "\n", all[i + 1].text) << "line " << all[i].line;
  }
  EXPECT_GE(count, 2);
}

TEST(LanguageDocument, WhatMakesNoSenseIsShownAtOnce) {
  const auto all = examples();
  int count = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i].kind != "lio checked") continue;
    ++count;
    const Tree tree = tree_of(all[i].text);
    const Places places("example.lio", all[i].text, test_schema());
    const auto verdict = judge({.tree = tree, .schema = test_schema()}, &places);
    ASSERT_FALSE(verdict) << "line " << all[i].line;
    EXPECT_EQ(verdict.error().message + "\n", all[i + 1].text) << "line " << all[i].line;
  }
  EXPECT_GE(count, 1);
}

TEST(ManualPage, ItsExamplesAreAllowed) {
  int count = 0;
  for (const Example& example : examples("man/lunet.conf.5.scd")) {
    ++count;
    const auto tree = parse(example.text, "example.lio");
    ASSERT_TRUE(tree) << "line " << example.line << "\n" << tree.error().message;
    const auto findings = validate_schema({.tree = *tree, .schema = test_schema()});
    EXPECT_EQ(render(findings, nullptr), "") << "line " << example.line;
  }
  EXPECT_GE(count, 5);
}

}  // namespace lunet::config
