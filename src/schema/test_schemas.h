// SPDX-License-Identifier: Apache-2.0
// What the tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "schema/schema.h"

namespace lunet::schema {

inline const Schema& test_schema() {
  static const Schema schema = [] {
    auto shipped = shipped_schema();
    EXPECT_TRUE(shipped) << shipped.error().message;
    return shipped ? std::move(*shipped) : Schema{};
  }();
  return schema;
}

/// `storage fileio disk vm1` as a path.
inline std::vector<language::PathStep> test_path(std::string_view text) {
  std::vector<language::PathStep> path;
  while (!text.empty()) {
    const auto word = [&text] {
      const std::string_view found = text.substr(0, text.find(' '));
      text.remove_prefix(std::min(text.size(), found.size() + 1));
      return found;
    };
    const auto object_class = language::find_class(word());
    EXPECT_TRUE(object_class) << text;
    path.push_back({object_class.value_or(0), word()});
  }
  return path;
}

inline const Kind& test_kind(const Schema& schema, std::string_view path) {
  static const Kind none;
  const Kind* kind = schema.find(test_path(path));
  EXPECT_NE(kind, nullptr) << path;
  return kind == nullptr ? none : *kind;
}

}  // namespace lunet::schema
