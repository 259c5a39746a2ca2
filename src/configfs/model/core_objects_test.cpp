// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_fixture.h"

namespace lunet::configfs {
namespace {

using CoreObjects = RulesTest;

TEST_F(CoreObjects, LuGroupsHaveMembers) {
  const std::string disk = ram_disk("d");
  make("core/alua/lu_gps/g");
  EXPECT_EQ(write_error(disk + "/alua_lu_gp", "nosuch"), ENODEV);
  write("core/alua/lu_gps/g/lu_gp_id", "0");
  EXPECT_EQ(read("core/alua/lu_gps/g/lu_gp_id"), "1\n");
  write(disk + "/alua_lu_gp", "g");
  EXPECT_EQ(read("core/alua/lu_gps/g/members"), "rd_mcp_0/d\n");
  EXPECT_EQ(read(disk + "/alua_lu_gp"), "LU Group Alias: g\nLU Group ID: 1\n");
  ASSERT_TRUE(tree_->remove_dir("core/alua/lu_gps/g"));
  EXPECT_EQ(read("core/alua/lu_gps/default_lu_gp/members"), "rd_mcp_0/d\n");
  ASSERT_TRUE(tree_->remove_dir(disk));
  EXPECT_EQ(read("core/alua/lu_gps/default_lu_gp/members"), "");
}

TEST_F(CoreObjects, HbasAreNumberedInTheOrderTheyAreMade) {
  EXPECT_EQ(read("core/rd_mcp_0/hba_info"), "HBA Index: 1 plugin: rd_mcp version: v5.0\n");
  EXPECT_EQ(read("core/fileio_1/hba_info"), "HBA Index: 2 plugin: fileio version: v5.0\n");
  EXPECT_EQ(tree_->make_dir("core/rd_mcp_x").error().errnum, EINVAL);
  EXPECT_EQ(tree_->make_dir("core/rdmcp").error().errnum, EINVAL);
}

}  // namespace
}  // namespace lunet::configfs
