// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_fixture.h"

namespace lunet::configfs {
namespace {

using FabricObjects = RulesTest;

TEST_F(FabricObjects, ALunNeedsAnEnabledDisk) {
  make("core/rd_mcp_0/d");
  make(tpg_ + "/lun/lun_0");
  EXPECT_EQ(tree_->link(tpg_ + "/lun/lun_0/l", "core/rd_mcp_0/d").error().errnum, ENODEV);
  EXPECT_EQ(tree_->link(tpg_ + "/lun/lun_0/l", "core/rd_mcp_0").error().errnum, EPERM);
  EXPECT_EQ(tree_->link(tpg_ + "/lun/lun_0/l", "version").error().errnum, ENOTDIR);
  EXPECT_EQ(read(tpg_ + "/lun/lun_0/alua_tg_pt_gp"), "error " + std::to_string(ENODEV));
  EXPECT_EQ(write_error(tpg_ + "/lun/lun_0/alua_tg_pt_offline", "1"), ENODEV);
}

TEST_F(FabricObjects, AMappedLunPointsToALinkedLunOfItsTpg) {
  const std::string acl = tpg_ + "/acls/iqn.x:i";
  make(acl);
  make(acl + "/lun_0");
  make(tpg_ + "/lun/lun_5");
  EXPECT_EQ(tree_->link(acl + "/lun_0/m", tpg_ + "/lun/lun_5").error().errnum, EINVAL);
  const std::string disk = ram_disk("d");
  EXPECT_EQ(tree_->link(acl + "/lun_0/m", disk).error().errnum, EPERM);
  make("iscsi/iqn.x:t/tpgt_2");
  make("iscsi/iqn.x:t/tpgt_2/lun/lun_0");
  ASSERT_TRUE(tree_->link("iscsi/iqn.x:t/tpgt_2/lun/lun_0/l", disk));
  EXPECT_EQ(tree_->link(acl + "/lun_0/m", "iscsi/iqn.x:t/tpgt_2/lun/lun_0").error().errnum, EINVAL);
  ASSERT_TRUE(tree_->link(acl + "/lun_0/m", lun(1, disk)));
  EXPECT_EQ(tree_->link(acl + "/lun_0/n", tpg_ + "/lun/lun_1").error().errnum, EINVAL);
  EXPECT_EQ(tree_->remove_dir(acl + "/lun_0").error().errnum, ENOTEMPTY);
}

TEST_F(FabricObjects, PortalsNeedAnAddressAPortAndAFreeOne) {
  const std::string np = tpg_ + "/np/";
  for (const char* bad : {"127.0.0.1", "127.0.0.1:", "::1:3260", "[::1]", "[::1]3260", "1.2.3:1", "[x]:1",
                          "a:1", "127.0.0.1:65536", "127.0.0.1:-1", "[fe80::1%]:1"})
    EXPECT_EQ(tree_->make_dir(np + bad).error().errnum, EINVAL) << bad;
  for (const char* good : {"127.0.0.1:3260", "[::1]:3260", "127.0.0.1:0", "[::0]:0", "[fe80::1%eth0]:3261"})
    EXPECT_TRUE(tree_->make_dir(np + good)) << good;
  EXPECT_EQ(tree_->make_dir(np + "0.0.0.0:3260").error().errnum, EINVAL);
  EXPECT_EQ(read(np + "127.0.0.1:3260/port"), "3260\n");
  make("iscsi/iqn.x:t/tpgt_2");
  EXPECT_EQ(tree_->make_dir("iscsi/iqn.x:t/tpgt_2/np/127.0.0.1:3260").error().errnum, EINVAL);
  make("iscsi/iqn.x:u");
  make("iscsi/iqn.x:u/tpgt_1");
  EXPECT_TRUE(tree_->make_dir("iscsi/iqn.x:u/tpgt_1/np/127.0.0.1:3260"));
  ASSERT_TRUE(tree_->remove_dir(np + "127.0.0.1:3260"));
  ASSERT_TRUE(tree_->remove_dir(np + "[::1]:3260"));
  EXPECT_EQ(tree_->make_dir(np + "0.0.0.0:3260").error().errnum, EINVAL);
  ASSERT_TRUE(tree_->remove_dir("iscsi/iqn.x:u/tpgt_1/np/127.0.0.1:3260"));
  EXPECT_TRUE(tree_->make_dir(np + "0.0.0.0:3260"));
}

TEST_F(FabricObjects, AnAclStartsWithTheTpgsDefaults) {
  write(tpg_ + "/attrib/default_cmdsn_depth", "16");
  write(tpg_ + "/attrib/default_erl", "2");
  make(tpg_ + "/acls/i");
  EXPECT_EQ(read(tpg_ + "/acls/i/cmdsn_depth"), "16\n");
  EXPECT_EQ(read(tpg_ + "/acls/i/attrib/default_erl"), "2\n");
  EXPECT_EQ(write_error(tpg_ + "/acls/i/attrib/nopin_timeout", "0"), 0);
  EXPECT_EQ(write_error(tpg_ + "/acls/i/attrib/nopin_timeout", "2"), EINVAL);
}

TEST_F(FabricObjects, WhatLunetdHasNotCannotBeMade) {
  for (const char* path : {"loopback", "vhost", "srpt", "fc", "core/pscsi_0", "core/rd_mcp_01"})
    EXPECT_EQ(tree_->make_dir(path).error().errnum, EINVAL) << path;
  const std::string disk = ram_disk("d");
  EXPECT_EQ(read(disk + "/attrib/emulate_rsoc"), "1\n");
  EXPECT_EQ(read(tpg_ + "/param/InitialR2T"), "No\n");
  for (const char* bad : {"lun_01", "lun_", "lun_-1", "lun_18446744073709551616"})
    EXPECT_EQ(tree_->make_dir(tpg_ + "/lun/" + bad).error().errnum, EINVAL) << bad;
}

}  // namespace
}  // namespace lunet::configfs
