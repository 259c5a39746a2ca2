// SPDX-License-Identifier: Apache-2.0
#include "shell/nodes.h"

#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

TEST(Nodes, AreFoundByPathAndWithoutRegardToCase) {
  const service::ViewNode tree = sample_tree();
  EXPECT_EQ(find_node(tree, "/"), &tree);
  ASSERT_NE(find_node(tree, "/backstores/fileio/d1"), nullptr);
  EXPECT_EQ(find_node(tree, "/iscsi/IQN.2003-01.org.example:T1"),
            find_node(tree, "/iscsi/iqn.2003-01.org.example:t1"));
  EXPECT_EQ(find_node(tree, "/backstores/fileio/d2"), nullptr);
  EXPECT_EQ(find_node(tree, "/nothing/at/all"), nullptr);
}

TEST(Nodes, ThatAreMissingHaveANearOne) {
  const Error error = no_such_node(sample_tree(), "/iscsi/iqn.2003-01.org.exmple:t1/tpg1");
  EXPECT_EQ(error.errnum, ENOENT);
  EXPECT_EQ(error.message, "no such path /iscsi/iqn.2003-01.org.exmple:t1/tpg1");
  EXPECT_EQ(error.hint, "did you mean /iscsi/iqn.2003-01.org.example:t1?");
  EXPECT_EQ(no_such_node(sample_tree(), "/iscsi/zzz").hint, "'ls /iscsi' shows what there is");
}

TEST(Nodes, HaveASummaryInAnyCase) {
  service::ViewNode node;
  EXPECT_EQ(summary_of(node), "...");
  node.health = service::Health::good;
  EXPECT_EQ(summary_of(node), "OK");
  node.health = service::Health::bad;
  EXPECT_EQ(summary_of(node), "ERROR");
  node.summary = "LUNs: 1";
  EXPECT_EQ(summary_of(node), "LUNs: 1");
}

}  // namespace
}  // namespace lunet::shell
