// SPDX-License-Identifier: Apache-2.0
// That scdoc and mandoc take the pages is tested by tests/integration/manual_test.py.
#include "shell/manual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(Manual, EveryVerbHasAPage) {
  const auto table = make_command_table();
  const auto verbs = manual_verbs(table);
  EXPECT_THAT(verbs, Contains("create"));
  EXPECT_THAT(verbs, Not(Contains("__manual")));
  for (const std::string& verb : verbs)
    EXPECT_THAT(manual_page(table, verb), HasSubstr("# EXAMPLES")) << verb;
  EXPECT_EQ(manual_page(table, "fly"), "");
}

TEST(Manual, ExplainsEveryPlaceOfAVerb) {
  const std::string page = manual_page(make_command_table(), "create");
  EXPECT_TRUE(page.starts_with("lunet-create(8)\n"));
  for (const char* part :
       {"At plugin, hba fileio:", "At luns:", "At portals:", "write\\_back", "default: true"})
    EXPECT_THAT(page, HasSubstr(part));
}

}  // namespace
}  // namespace lunet::shell
