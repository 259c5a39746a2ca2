// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

TEST(Comparable, ValuesThatMeanTheSameAreSpelledAsTheConfigurationSpellsThem) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  const config::Tree wanted = tree_of(R"(
storage fileio disk f { path /tmp/f; size 1G; buffered 1; hba 0;
  attribute { emulate_caw no; emulate_write_cache yes; }; alua group_0_preferred no; }
fabric iscsi target iqn.2026-11.com.example:t tpgt 1 {
    enable 1
    attribute authentication no
    parameter ImmediateData no
    acl iqn.2026-11.com.example:i attribute tcq_depth 16
    portal 127.0.0.1:3260 iser no
}
)");
  const auto plan = make_plan({}, wanted, *live);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto applied = apply(*live, *plan);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(config::print(comparable(*read_live(*live), wanted)), config::print(wanted));
}

TEST(Comparable, DisksOfOneNameKeepTheNamesThatTheConfigurationGave) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  const config::Tree wanted = tree_of(R"(
storage rd_mcp { disk first { size 1M; hba 4; name vm; }; disk vm { size 2M; hba 7; }; }
fabric loopback target naa.5001405000000001 {
    nexus_wwn naa.5001405000000002
    lun 0 { backend rd_mcp:first; alias a; }
    lun 1 { backend rd_mcp:vm; alias b; }
}
)");
  const auto plan = make_plan({}, wanted, *live);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(apply(*live, *plan));
  const auto running = read_live(*live);
  ASSERT_TRUE(running);
  EXPECT_NE(running->find(path_of("storage rd_mcp disk vm.hba7")), nullptr) << config::print(*running);
  EXPECT_EQ(config::print(comparable(*running, wanted)), config::print(wanted));
}

TEST(Comparable, DisksOfOneNameHaveTheNamesThatEitherConfigurationGave) {
  const config::Tree live = tree_of("storage rd_mcp disk vm { size 2M; hba 7; attribute emulate_caw 0; };\n");
  const config::Tree had = tree_of(R"(
storage rd_mcp { disk vm { size 1M; hba 4; }; disk twin { size 2M; hba 7; name vm; attribute emulate_caw 0; }; }
)");
  EXPECT_EQ(config::print(comparable(live, {}, had)),
            config::print(tree_of(
                "storage rd_mcp disk twin { size 2M; hba 7; name vm; attribute emulate_caw 0; };\n")));
}

TEST(Comparable, TwoConfigurationsKeepWhatEitherSays) {
  const config::Tree live = tree_of(
      "storage rd_mcp disk a { size 1M; attribute { emulate_caw 1; emulate_3pc 0; is_nonrot 1; }; }\n");
  const config::Tree one = tree_of("storage rd_mcp disk a { size 1M; attribute emulate_caw yes; }\n");
  const config::Tree other = tree_of("storage rd_mcp disk a { attribute emulate_3pc yes; }\n");
  EXPECT_EQ(config::print(comparable(live, one, other)),
            config::print(tree_of(
                "storage rd_mcp disk a { size 1M; attribute { emulate_3pc 0; emulate_caw yes; }; }\n")));
}

}  // namespace
}  // namespace lunet::target
