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

TEST(Hardware, NamesOfPortsComeFromSysfs) {
  std::string folder = "/tmp/lunet-hardware-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto put = [&](const std::string& file, const std::string& text) {
    const std::filesystem::path path = folder + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  };
  put("/class/fc_host/host3/port_name", "0x5001405000000001");
  put("/class/infiniband/mlx0/ports/1/gids/0", "fe80:0000:0000:0000:0002:c903:00ff:0001");
  put("/bus/firewire/devices/fw0/is_local", "1");
  put("/bus/firewire/devices/fw0/guid", "0x0001020304050607");
  put("/bus/firewire/devices/fw1/guid", "0x0f01020304050607");
  EXPECT_THAT(hardware_wwns("qla2xxx", folder), ElementsAre("naa.5001405000000001"));
  EXPECT_THAT(hardware_wwns("srpt", folder), ElementsAre("ib.fe800000000000000002c90300ff0001"));
  EXPECT_THAT(hardware_wwns("sbp", folder), ElementsAre("eui.0001020304050607"));
  EXPECT_THAT(hardware_wwns("iscsi", folder), ElementsAre());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lunet::service
