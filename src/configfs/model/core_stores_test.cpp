// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_fixture.h"

namespace lunet::configfs {
namespace {

using CoreStores = RulesTest;

TEST_F(CoreStores, EnablingADiskSetsWhatTheDeviceSays) {
  make("core/rd_mcp_0/d");
  EXPECT_EQ(read("core/rd_mcp_0/d/attrib/hw_max_sectors"), "0\n");
  write("core/rd_mcp_0/d/attrib/block_size", "4096");
  write("core/rd_mcp_0/d/control", "rd_pages=16");
  write("core/rd_mcp_0/d/enable", "1");
  EXPECT_EQ(read("core/rd_mcp_0/d/attrib/block_size"), "512\n");
  EXPECT_EQ(read("core/rd_mcp_0/d/attrib/hw_max_sectors"), "4294967288\n");
}

TEST_F(CoreStores, PathsWithCommaOrLineEndAreRefused) {
  make("core/fileio_1/f");
  const std::string control = "core/fileio_1/f/control";
  EXPECT_EQ(write_error(control, "fd_dev_name=/tmp/a,b.img,fd_dev_size=4096"), EINVAL);
  EXPECT_EQ(write_error(control, "fd_dev_name=/tmp/a,b=c.img"), EINVAL);
  EXPECT_EQ(write_error(control, "fd_dev_name=/tmp/a\nb.img"), EINVAL);
  EXPECT_EQ(write_error(control, std::string_view("fd_dev_name=/tmp/a\0b", 20)), EINVAL);
  EXPECT_EQ(write_error(control, "fd_dev_name="), EINVAL);
  EXPECT_EQ(write_error(control, "fd_buffered_io=2"), EINVAL);
  EXPECT_EQ(write_error("core/fileio_1/f/enable", "1"), EINVAL);
  EXPECT_EQ(write_error(control, "fd_dev_name=/tmp/a b.img,fd_dev_size=4096\n"), 0);
  EXPECT_THAT(read("core/fileio_1/f/info"), testing::HasSubstr("File: /tmp/a b.img  Size: 4096"));
}

TEST_F(CoreStores, IdentityIsCheckedAndFixedWhileExported) {
  const std::string disk = ram_disk("a-name-longer-than-fifteen");
  EXPECT_EQ(read(disk + "/wwn/product_id"), "RAMDISK-MCP\n");
  write(disk + "/attrib/emulate_model_alias", "1");
  EXPECT_EQ(read(disk + "/wwn/product_id"), "a-name-longer-t\n");
  EXPECT_EQ(write_error(disk + "/wwn/vendor_id", "123456789"), EOVERFLOW);
  EXPECT_EQ(write_error(disk + "/wwn/vendor_id", "\x01"), EINVAL);
  EXPECT_EQ(write_error(disk + "/wwn/vpd_unit_serial", std::string(254, 'x')), EOVERFLOW);
  write(disk + "/wwn/company_id", "0xabc");
  EXPECT_EQ(read(disk + "/wwn/company_id"), "0x000abc\n");
  lun(0, disk);
  for (const char* file : {"wwn/vendor_id", "wwn/vpd_unit_serial", "attrib/emulate_model_alias",
                           "attrib/emulate_tas", "attrib/queue_depth"})
    EXPECT_EQ(write_error(disk + "/" + file, "1"), EINVAL) << file;
  EXPECT_EQ(write_error(disk + "/attrib/emulate_pr", "0"), 0);
  EXPECT_EQ(read(disk + "/pr/res_type"), "SPC_RESERVATIONS_DISABLED\n");
}

TEST_F(CoreStores, PortGroupsHaveIdsStatesAndMembers) {
  const std::string disk = ram_disk("d");
  const std::string group = disk + "/alua/g";
  const std::string exported = lun(0, disk);
  make(group);
  EXPECT_EQ(read(group + "/tg_pt_gp_id"), "");
  EXPECT_EQ(write_error(group + "/alua_access_state", "2"), EINVAL);
  EXPECT_EQ(write_error(exported + "/alua_tg_pt_gp", "g"), ENODEV);
  write(group + "/tg_pt_gp_id", "5");
  EXPECT_EQ(write_error(exported + "/alua_tg_pt_gp", "nosuch"), ENODEV);
  write(exported + "/alua_tg_pt_gp", "g\n");
  EXPECT_EQ(read(group + "/members"), std::string("iSCSI/iqn.x:t/tpgt_1/lun_0\n\0", 28));
  EXPECT_EQ(read(disk + "/alua/default_tg_pt_gp/members"), "");
  write(group + "/alua_support_standby", "0");
  EXPECT_EQ(write_error(group + "/alua_access_state", "2"), EINVAL);
  write(group + "/alua_access_state", "1");
  EXPECT_THAT(read(exported + "/alua_tg_pt_gp"), testing::HasSubstr("Active/NonOptimized"));
  make(disk + "/alua/h");
  EXPECT_EQ(write_error(disk + "/alua/h/tg_pt_gp_id", "5"), EINVAL);
  ASSERT_TRUE(tree_->remove_dir(group));
  EXPECT_THAT(read(exported + "/alua_tg_pt_gp"), testing::HasSubstr("default_tg_pt_gp"));
  EXPECT_EQ(tree_->remove_dir(disk).error().errnum, EBUSY);
}

TEST_F(CoreStores, DbrootIsFixedOnceAFabricIsThere) {
  EXPECT_EQ(write_error("dbroot", "/etc/target"), EINVAL);
  const auto fresh = make_memory_tree(Flavour::lunetd);
  EXPECT_TRUE(fresh->write("dbroot", "/etc/target\n"));
  EXPECT_EQ(*fresh->read("dbroot"), "/etc/target\n");
}

TEST_F(CoreStores, RegistrationsNeedTheirThreeKeys) {
  const std::string file = ram_disk("d") + "/pr/res_aptpl_metadata";
  EXPECT_EQ(write_error(file, "initiator_node=i,target_node=t"), EINVAL);
  EXPECT_EQ(write_error(file, "initiator_node=i,target_node=t,sa_res_key=1"), 0);
}

}  // namespace
}  // namespace lunet::configfs
