// SPDX-License-Identifier: Apache-2.0
// docs/policy.md: what it shows is what happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/test_files.h"
#include "base/text.h"
#include "language/pattern.h"
#include "schema/test_schemas.h"

namespace lunet::schema {
namespace {

/// A fenced block: "policy" and its lines.
struct PolicyExample {
  std::string kind;
  std::string text;
  std::size_t line = 0;
};

std::vector<PolicyExample> policy_examples() {
  std::ifstream document(test::source_file("docs/policy.md"));
  std::vector<PolicyExample> found;
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

}  // namespace

TEST(PolicyDocument, ItsPoliciesAreReadAfterTheShippedOnes) {
  int count = 0;
  for (const PolicyExample& example : policy_examples()) {
    if (example.kind != "policy") continue;
    ++count;
    Schema schema = test_schema();
    const PolicyText text{"example.lio", example.text};
    const auto added = schema.add({&text, 1});
    EXPECT_TRUE(added) << "line " << example.line << "\n" << (added ? "" : added.error().message);
  }
  EXPECT_GE(count, 4);
}

TEST(PolicyDocument, ItsMistakesAreRefusedWithTheMessageShown) {
  const auto all = policy_examples();
  int count = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i].kind != "policy refused") continue;
    ++count;
    Schema schema = test_schema();
    const PolicyText text{"example.lio", all[i].text};
    const auto added = schema.add({&text, 1});
    ASSERT_FALSE(added) << "line " << all[i].line;
    EXPECT_EQ(added.error().message + "\n", all[i + 1].text) << "line " << all[i].line;
  }
  EXPECT_GE(count, 1);
}

TEST(PolicyDocument, ItsPatternsMatchWhatItSays) {
  // Each line: the pattern, " -> ", and the path of what it matches.
  int count = 0;
  for (const PolicyExample& example : policy_examples()) {
    if (example.kind != "pattern") continue;
    for (const std::string_view line : split(trim(example.text), '\n')) {
      ++count;
      const std::size_t arrow = line.find(" -> ");
      ASSERT_NE(arrow, std::string_view::npos) << line;
      const auto parsed = language::parse_pattern(trim(line.substr(0, arrow)));
      ASSERT_TRUE(parsed.diagnostics.empty()) << line;
      const std::string_view place = trim(line.substr(arrow + 4));
      std::vector<std::string_view> words = split(place, ' ');
      std::vector<language::PathStep> path;
      std::size_t used = 0;
      for (; used + 1 < words.size() && language::find_class(words[used]); used += 2)
        path.push_back({*language::find_class(words[used]), words[used + 1]});
      const auto rest = std::span(words).subspan(used);
      const bool matched = rest.empty()       ? parsed.pattern.matches_object(path)
                           : rest.size() == 1 ? parsed.pattern.matches_group(path, rest[0])
                           : rest.size() == 2
                               ? parsed.pattern.matches_attribute(path, "", rest[0], rest[1])
                               : parsed.pattern.matches_attribute(path, rest[0], rest[1], rest[2]);
      EXPECT_TRUE(matched) << line;
    }
  }
  EXPECT_GE(count, 5);
}

}  // namespace lunet::schema
