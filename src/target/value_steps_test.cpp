// SPDX-License-Identifier: Apache-2.0
#include "target/value_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

constexpr std::string_view head = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 ";

/// Writes from one TPG to the other, and what takes them back.
std::pair<std::string, std::string> changes(const std::string& before, const std::string& after) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  const config::Tree from = tree_of(std::string(head) + before + "\n");
  const config::Tree to = tree_of(std::string(head) + after + "\n");
  const auto plan = make_plan({}, from, *live);
  EXPECT_TRUE(plan && apply(*live, *plan));
  const config::Path path = path_of(head);
  const auto values = config::changed_values(*from.find(path), *to.find(path), shipped_schema(),
                                             kind_of(path), schema::Runtime::kernel);
  Step step;
  std::vector<Rewrite> rewrites;
  const InPlace object{path, *directory_of(from, path), *from.find(path), *to.find(path), values};
  EXPECT_TRUE(add_value_changes(step, rewrites, *live, object));
  std::pair<std::string, std::string> texts;
  const auto short_text = [](const configfs::Operation& operation) {
    return text_of(operation).substr(std::string("write iscsi/iqn.2026-11.com.example:t/tpgt_1/").size());
  };
  for (const auto& operation : step.operations) texts.first += short_text(operation);
  for (const auto& operation : undo_of(step, step.operations.size())) texts.second += short_text(operation);
  return texts;
}

TEST(ValueSteps, ASpellingIsNoChange) {
  EXPECT_EQ(changes("attribute authentication 0", "attribute authentication no").first, "");
}

TEST(ValueSteps, WhatAValueDragsAlongIsPutBackWithIt) {
  const auto [done, undone] =
      changes("parameter AuthMethod CHAP", "{ attribute authentication no; parameter AuthMethod CHAP; }");
  EXPECT_EQ(done, "attrib/authentication 0\nparam/AuthMethod CHAP\\n\n");
  EXPECT_EQ(undone, "attrib/authentication 1\nparam/AuthMethod CHAP\\n\n");
}

TEST(ValueSteps, ACredentialThatIsUnsetIsTakenAway) {
  const auto [done, undone] = changes("auth { userid u; password secret-of-12ch; }", "auth userid u");
  EXPECT_EQ(done, "auth/password NULL\n");
  EXPECT_EQ(undone, "auth/password secret-of-12ch\n");
}

}  // namespace
}  // namespace lunet::target
