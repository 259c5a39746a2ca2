// SPDX-License-Identifier: Apache-2.0
#include "schema/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/test_files.h"
#include "schema/test_schemas.h"

namespace lunet::schema {

TEST(SchemaDocument, IsWhatThePolicyFilesSay) {
  std::ifstream file(test::source_file("docs/schema.md"));
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(document(test_schema()) == text.str()) << "docs/schema.md is out of date: ninja schema-docs";
}

}  // namespace lunet::schema
