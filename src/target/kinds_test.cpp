// SPDX-License-Identifier: Apache-2.0
#include "target/kinds.h"

#include <gtest/gtest.h>

#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

TEST(Kinds, FabricsHaveTheDirectoriesThatTheKernelKnows) {
  EXPECT_EQ(fabric_directory("tcm_fc"), "fc");
  EXPECT_EQ(fabric_directory("fc"), "fc");
  EXPECT_EQ(fabric_directory("xen-pvscsi"), "xen-pvscsi");
  EXPECT_EQ(fabric_directory("unknown"), "unknown");
  EXPECT_EQ(fabric_of_directory("fc"), "tcm_fc");
  EXPECT_EQ(fabric_of_directory("nothing"), "");
}

TEST(Kinds, AFlatTargetIsAPortalGroup) {
  EXPECT_TRUE(is_flat("loopback"));
  EXPECT_FALSE(is_flat("iscsi"));
  EXPECT_FALSE(is_flat("vhost"));
  const config::Path lun = path_of("fabric loopback target naa.5001405000000001 lun 0");
  EXPECT_EQ(config::path_text(portal_group_of(lun)), "fabric loopback target naa.5001405000000001");
  EXPECT_TRUE(is_portal_group(portal_group_of(lun)));
  EXPECT_TRUE(is_portal_group(path_of("fabric iscsi target iqn.2026-11.org.example:t tpgt 1")));
  EXPECT_FALSE(is_portal_group(path_of("fabric iscsi target iqn.2026-11.org.example:t")));
  EXPECT_TRUE(portal_group_of(path_of("storage fileio disk a")).empty());
}

TEST(Kinds, NamesAreWrittenAsTheFabricDoes) {
  EXPECT_EQ(wwn_directory("qla2xxx", "naa.2100000e1e123456"), "21:00:00:0e:1e:12:34:56");
  EXPECT_EQ(wwn_of_directory("qla2xxx", "21:00:00:0e:1e:12:34:56"), "naa.2100000e1e123456");
  EXPECT_EQ(wwn_directory("srpt", "ib.fe8000000000000000000000000000a1"),
            "0xfe8000000000000000000000000000a1");
  EXPECT_EQ(wwn_of_directory("srpt", "0xfe8000000000000000000000000000a1"),
            "ib.fe8000000000000000000000000000a1");
  EXPECT_EQ(wwn_directory("sbp", "eui.0011223344556677"), "0011223344556677");
  EXPECT_EQ(wwn_of_directory("sbp", "0011223344556677"), "eui.0011223344556677");
  EXPECT_EQ(wwn_directory("loopback", "naa.5001405000000001"), "naa.5001405000000001");
  EXPECT_EQ(wwn_of_directory("iscsi", "iqn.2026-11.org.example:t"), "iqn.2026-11.org.example:t");
}

}  // namespace
}  // namespace lunet::target
