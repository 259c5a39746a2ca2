// SPDX-License-Identifier: Apache-2.0
// Plugins and fabrics that only the kernel has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"

namespace lunet::configfs {
namespace {

class KernelObjects : public testing::Test {
 protected:
  void make(const std::string& path) {
    const auto made = tree_->make_dir(path);
    ASSERT_TRUE(made) << made.error().message;
  }
  int write(const std::string& path, std::string_view text) {
    const auto written = tree_->write(path, text);
    return written ? 0 : written.error().errnum;
  }
  std::string read(const std::string& path) {
    auto text = tree_->read(path);
    return text ? *text : "error " + std::to_string(text.error().errnum);
  }
  std::unique_ptr<Tree> tree_ = make_memory_tree(Flavour::kernel);
};

TEST_F(KernelObjects, AScsiDeviceNeedsItsNumbersAndPassesAttributesOn) {
  make("core/pscsi_0");
  make("core/pscsi_0/tape");
  EXPECT_EQ(write("core/pscsi_0/tape/enable", "1"), EINVAL);
  EXPECT_EQ(
      write("core/pscsi_0/tape/control", "scsi_host_id=2,scsi_channel_id=0,scsi_target_id=0,scsi_lun_id=0"),
      0);
  EXPECT_EQ(write("core/pscsi_0/tape/enable", "1"), 0);
  EXPECT_THAT(read("core/pscsi_0/tape/info"),
              testing::HasSubstr("Channel ID: 0 Target ID: 0 LUN: 0 Host ID: 2"));
  EXPECT_EQ(read("core/pscsi_0/tape/attrib/emulate_caw"), "error 2");
  EXPECT_EQ(read("core/pscsi_0/tape/attrib/alua_support"), "0\n");
  EXPECT_EQ(write("core/pscsi_0/tape/attrib/alua_support", "1"), 0);
}

TEST_F(KernelObjects, ADiskOfAHandlerKeepsItsSettings) {
  make("core/user_1");
  make("core/user_1/u");
  EXPECT_EQ(write("core/user_1/u/control", "dev_config=rbd/pool/image"), 0);
  EXPECT_EQ(write("core/user_1/u/enable", "1"), EINVAL);
  EXPECT_EQ(write("core/user_1/u/control", "dev_size=1048576,max_data_area_mb=8"), 0);
  EXPECT_EQ(write("core/user_1/u/enable", "1"), 0);
  EXPECT_THAT(read("core/user_1/u/info"),
              testing::HasSubstr("Config: rbd/pool/image Size: 1048576 MaxDataAreaMB: 8 "));
  EXPECT_EQ(read("core/user_1/u/attrib/max_data_area_mb"), "8\n");
  EXPECT_EQ(read("core/user_1/u/attrib/qfull_time_out"), "-1\n");
}

TEST_F(KernelObjects, FabricsHaveTheirOwnFiles) {
  for (const char* path :
       {"sbp", "sbp/0011223344556677", "sbp/0011223344556677/tpgt_1", "usb_gadget",
        "usb_gadget/naa.6001405000000001", "usb_gadget/naa.6001405000000001/tpgt_1", "efct", "efct/20:00",
        "efct/20:00/tpgt_1", "xen-pvscsi", "ibmvscsis", "qla2xxx", "fc"})
    make(path);
  EXPECT_EQ(read("sbp/0011223344556677/tpgt_1/directory_id"), "implicit\n");
  EXPECT_EQ(read("sbp/0011223344556677/tpgt_1/attrib/mgt_orb_timeout"), "15\n");
  EXPECT_EQ(read("sbp/0011223344556677/tpgt_1/nexus"), "error 2");
  EXPECT_EQ(write("usb_gadget/naa.6001405000000001/tpgt_1/nexus", "naa.6001405000000002"), 0);
  EXPECT_EQ(write("usb_gadget/naa.6001405000000001/tpgt_1/enable", "1"), 0);
  EXPECT_EQ(read("efct/20:00/tpgt_1/attrib/generate_node_acls"), "1\n");
  EXPECT_EQ(write("efct/20:00/tpgt_1/attrib/cache_dynamic_acls", "0"), 0);
  EXPECT_EQ(read("efct/20:00/tpgt_1/attrib/cache_dynamic_acls"), "0\n") << "iSCSI alone couples the two";
}

TEST(LunetdObjects, WhatTheEngineCannotServeIsRefusedWhenItIsMade) {
  const auto tree = make_memory_tree(Flavour::lunetd);
  EXPECT_EQ(tree->make_dir("core/user_0").error().errnum, EINVAL);
  EXPECT_EQ(tree->make_dir("vhost").error().errnum, EINVAL);
}

TEST(Portals, HaveOnlyTheTransportsOfTheMachine) {
  for (const bool transports : {false, true}) {
    const auto tree = make_memory_tree(Flavour::kernel, Machine{transports});
    for (const char* path :
         {"iscsi", "iscsi/iqn.x:t", "iscsi/iqn.x:t/tpgt_1", "iscsi/iqn.x:t/tpgt_1/np/1.2.3.4:3260"})
      ASSERT_TRUE(tree->make_dir(path));
    EXPECT_EQ(static_cast<bool>(tree->write("iscsi/iqn.x:t/tpgt_1/np/1.2.3.4:3260/iser", "1")), transports);
    EXPECT_TRUE(tree->write("iscsi/iqn.x:t/tpgt_1/np/1.2.3.4:3260/iser", "0"));
  }
}

}  // namespace
}  // namespace lunet::configfs
