// SPDX-License-Identifier: Apache-2.0
// The samples: how each is parsed, and what becomes of it. Through a runtime: service/samples_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/candidate.h"
#include "config/test_samples.h"
#include "config/test_trees.h"
#include "config/validate/validate.h"
#include "language/syntax.h"

namespace lunet::config {
namespace {

void list_statements(const language::Source& source, const std::vector<language::Statement>& statements,
                     std::string& out) {
  static constexpr std::string_view kinds[] = {"object", "group", "attribute"};
  for (const language::Statement& statement : statements) {
    const language::Position at = source.position(statement.name.offset);
    out += (out.empty() ? "" : " ") + std::string(kinds[static_cast<std::size_t>(statement.kind)]) + "(" +
           std::to_string(at.line) + ":" + std::to_string(at.column) + ")";
    list_statements(source, statement.body, out);
  }
}

Candidate empty_candidate() {
  return {Tree(), test_schema(), schema::Runtime::kernel};
}

}  // namespace

TEST(Samples, AreParsedAsTheyStand) {
  for (const Sample& sample : samples) {
    const language::Syntax syntax = language::parse("s", std::string(sample.text));
    ASSERT_TRUE(syntax.diagnostics.empty()) << sample.name;
    std::string statements;
    list_statements(*syntax.source, syntax.statements, statements);
    if (!sample.parsed.empty()) {
      EXPECT_EQ(statements, sample.parsed) << sample.name;
    }
    EXPECT_EQ(language::print(language::parse("p", language::print(syntax))), language::print(syntax))
        << sample.name;
  }
}

TEST(Samples, AreLoadedSavedAndLoadedAgain) {
  for (const Sample& sample : samples) {
    Candidate candidate = empty_candidate();
    const auto loaded = candidate.load(sample.text, "s.lio");
    if (!sample.mistake.empty()) {
      ASSERT_FALSE(loaded) << sample.name;
      EXPECT_THAT(loaded.error().message, testing::HasSubstr(sample.mistake));
      continue;
    }
    ASSERT_TRUE(loaded) << sample.name << "\n" << loaded.error().message;
    const std::string saved = *candidate.dump({.show_secrets = true});
    Candidate again = empty_candidate();
    ASSERT_TRUE(again.load(saved, "saved.lio")) << sample.name;
    EXPECT_EQ(again.tree(), candidate.tree()) << sample.name;
    EXPECT_EQ(*again.dump({.show_secrets = true}), saved) << sample.name;
    const auto verdict = judge(
        {.tree = candidate.tree(), .schema = test_schema(), .runtime = schema::Runtime::kernel}, nullptr);
    EXPECT_TRUE(verdict) << sample.name << ": a missing wwn is made up";
  }
}

TEST(Samples, AnInvalidReferenceIsNamed) {
  Candidate candidate = empty_candidate();
  ASSERT_TRUE(candidate.load(
      "storage rd_mcp disk disk1 size 1M\nfabric iscsi target iqn.2003-01.org.example:t tpgt 1 {\n"
      "lun 0 backend rd_mcp:disk1\nlun 1 backend rd_mcp:disk3\n}",
      "s.lio"));
  const auto verdict = judge({.tree = candidate.tree(), .schema = test_schema()}, nullptr);
  ASSERT_FALSE(verdict);
  EXPECT_THAT(verdict.error().message,
              testing::HasSubstr("there is no disk rd_mcp:disk3; did you mean disk1?"));
}

TEST(Samples, AreSearchedByPatternsOfAnyLength) {
  Candidate candidate = empty_candidate();
  ASSERT_TRUE(candidate.load(samples[6].text, "complete.lio"));
  const auto count = [&](std::string_view pattern) { return candidate.find(pattern)->size(); };
  EXPECT_EQ(count("storage fileio disk web[0-9]"), 2U);
  EXPECT_EQ(count("storage fileio disk .*[12]"), 2U);
  EXPECT_EQ(count("storage .* disk .* .* .*"), 4U);
  EXPECT_EQ(count("fabric iscsi target .* tpgt 1 .* .*"), 5U) << "two LUNs, an ACL, a portal, enable";
  EXPECT_EQ(count("fabric iscsi target .* tpgt 1 acl .* mapped_lun .* target_lun 1"), 2U);
  ASSERT_TRUE(candidate.remove("storage fileio disk web1"));
  EXPECT_EQ(count("storage fileio disk .*"), 1U);
}

}  // namespace lunet::config
