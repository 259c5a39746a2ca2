// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/verbs.h"
#include "target/tree_test_support.h"

namespace lunet::service {
namespace {

TEST(Compare, NamesTheCauseAndWhatFollowsFromIt) {
  store::Store::Head head;
  head.generation.number = 7;
  head.tree = target::tree_of(
      "storage rd_mcp disk a size 4096\n"
      "fabric iscsi target iqn.x tpgt 1 { lun 0 backend rd_mcp:a\n portal 0.0.0.0:3260\n }\n");
  const config::Tree running = target::tree_of("fabric iscsi target iqn.x tpgt 1 portal 0.0.0.0:3260\n");
  const config::Path disk = target::path_of("storage rd_mcp disk a");
  const Comparison degraded = compare_trees(head, running, {{false, disk, "no memory"}}, Scope{});
  ASSERT_EQ(degraded.differences.size(), 2U);
  EXPECT_EQ(degraded.differences[0].text, "storage rd_mcp disk a: degraded: no memory");
  EXPECT_THAT(degraded.differences[1].text, testing::HasSubstr("lun 0: degraded with storage rd_mcp disk a"));
  const Comparison drift = compare_trees(head, running, {}, {disk, {}});
  ASSERT_EQ(drift.differences.size(), 1U);
  EXPECT_EQ(drift.differences[0].kind, SyncKind::drift);
  EXPECT_FALSE(drift.nothing_runs);
  EXPECT_TRUE(compare_trees(head, config::Tree{}, {}, Scope{}).nothing_runs);
}

}  // namespace
}  // namespace lunet::service
