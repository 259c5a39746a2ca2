// SPDX-License-Identifier: Apache-2.0
#include "service/hardware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Hardware : public testing::Test {
 protected:
  Hardware() { EXPECT_NE(::mkdtemp(folder.data()), nullptr); }
  ~Hardware() override { std::filesystem::remove_all(folder); }
  void put(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = folder + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  }
  std::string folder = "/tmp/lunet-hardware-XXXXXX";
};

TEST_F(Hardware, NamesOfPortsComeFromSysfs) {
  put("/class/fc_host/host3/port_name", "0x5001405000000001");
  put("/class/infiniband/mlx0/ports/1/gids/0", "fe80:0000:0000:0000:0002:c903:00ff:0001");
  put("/bus/firewire/devices/fw0/is_local", "1");
  put("/bus/firewire/devices/fw0/guid", "0x0001020304050607");
  put("/bus/firewire/devices/fw1/guid", "0x0f01020304050607");
  EXPECT_THAT(hardware_wwns("qla2xxx", folder), ElementsAre("naa.5001405000000001"));
  EXPECT_THAT(hardware_wwns("srpt", folder), ElementsAre("ib.fe800000000000000002c90300ff0001"));
  EXPECT_THAT(hardware_wwns("sbp", folder), ElementsAre("eui.0001020304050607"));
  EXPECT_THAT(hardware_wwns("iscsi", folder), ElementsAre());
}

TEST_F(Hardware, WhatIsMissingIsNamed) {
  const std::string port = "naa.5001405000000001";
  const std::string none = missing_hardware("qla2xxx", port, folder);
  EXPECT_THAT(none, HasSubstr("no hardware of qla2xxx here is called " + port));
  EXPECT_THAT(none, HasSubstr("a Fibre Channel port was looked for in " + folder + "/class/fc_host"));
  EXPECT_THAT(none, HasSubstr("there is none"));
  put("/class/fc_host/host3/port_name", "0x5001405000000002");
  EXPECT_THAT(missing_hardware("tcm_fc", port, folder), HasSubstr("there is naa.5001405000000002"));
  put("/class/fc_host/host4/port_name", "0x5001405000000001");
  EXPECT_EQ(missing_hardware("efct", port, folder), "");
  EXPECT_THAT(missing_hardware("srpt", "ib.1", folder), HasSubstr("RDMA"));
  EXPECT_THAT(missing_hardware("sbp", "eui.1", folder), HasSubstr("FireWire"));
  // Not named after hardware, or after hardware that is not looked for.
  EXPECT_EQ(missing_hardware("loopback", port, folder), "");
  EXPECT_EQ(missing_hardware("ibmvscsis", "v", folder), "");
}

}  // namespace
}  // namespace lunet::service
