// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

constexpr std::string_view partly = R"(
storage fileio {
    disk a { path /no-such-folder/a; size 1M; hba 4; }
    disk b { path /tmp/never-made-b; size 1M; hba 4; }
}
fabric iscsi target iqn.2026-11.com.example:t tpgt 1 {
    lun 0 { backend fileio:a; alias a; }
    lun 1 { backend fileio:b; alias b; }
}
)";

void serve_what_can(configfs::Tree& live) {
  const config::Tree goal = tree_of(partly);
  const auto plan = make_plan({}, goal, live);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto refusals = apply_what_can(live, *plan, goal);
  ASSERT_TRUE(refusals) << refusals.error().message;
  ASSERT_EQ(refusals->size(), 1U) << (*refusals)[1].error.message;
  EXPECT_EQ(config::path_text((*refusals)[0].object), "storage fileio disk a");
  EXPECT_TRUE(live.list("core/fileio_4/b"));
  EXPECT_FALSE(live.list("core/fileio_4/a"));
  EXPECT_FALSE(live.list("iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_0"));
  EXPECT_TRUE(live.list("iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_1"));
}

TEST(PartialApply, ARefusedDiskLeavesItsHbaToTheNext) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  SteppingTree stepping(*live);
  serve_what_can(stepping);
  const auto other = configfs::make_memory_tree(configfs::Flavour::lunetd);
  serve_what_can(*other);
}

}  // namespace
}  // namespace lunet::target
