// SPDX-License-Identifier: Apache-2.0
#include "target/alua.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

config::Object with_groups(const std::string& values) {
  const config::Tree tree = tree_of("storage rd_mcp disk a { alua { " + values + " }; }\n");
  return *tree.find(path_of("storage rd_mcp disk a"));
}

TEST(PortGroups, AreMadeWithTheirNumberFirstAndTheirStateLast) {
  const auto groups = port_groups_of(with_groups(
      "group_2_alua_access_state 2; group_2_name slow; group_2_preferred no; group_5_preferred yes;"));
  ASSERT_EQ(groups.size(), 1U) << "number 5 has no name";
  std::string text;
  for (const auto& operation : make_group("core/rd_mcp_0/a", groups[0])) text += text_of(operation);
  EXPECT_EQ(text,
            "mkdir core/rd_mcp_0/a/alua/slow\n"
            "write core/rd_mcp_0/a/alua/slow/tg_pt_gp_id 2\n"
            "write core/rd_mcp_0/a/alua/slow/preferred 0\n"
            "write core/rd_mcp_0/a/alua/slow/alua_access_state 2\n");
}

TEST(PortGroups, OneWithAnotherNameOrNumberIsAnotherOne) {
  const config::Object before = with_groups("group_1_name a; group_2_name b; group_3_name c;");
  const config::Object after = with_groups("group_1_name a; group_2_name x; group_4_name c;");
  std::string gone;
  for (const PortGroup& group : removed_groups(before, after)) gone += group.name;
  EXPECT_EQ(gone, "bc");
}

TEST(PortGroups, OfTheDefaultGroupOnlyWhatSomebodyChangedIsRead) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  const config::Tree wanted = tree_of(
      "storage rd_mcp disk a { size 1M; hba 0; alua { group_0_preferred yes; group_1_name one; }; }\n");
  const auto plan = make_plan({}, wanted, *live);
  ASSERT_TRUE(plan && apply(*live, *plan));
  const auto running = read_live(*live);
  ASSERT_TRUE(running);
  const config::Attributes& values = running->find(path_of("storage rd_mcp disk a"))->groups.at("alua");
  EXPECT_EQ(values.at("group_0_preferred"), "1");
  EXPECT_FALSE(values.contains("group_0_nonop_delay_msecs"));
  EXPECT_EQ(values.at("group_1_nonop_delay_msecs"), "100");
  EXPECT_EQ(values.at("group_1_alua_access_type"), "3");
}

}  // namespace
}  // namespace lunet::target
