// SPDX-License-Identifier: Apache-2.0
// Completers of the machine; those of the tree are tested in complete_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "shell/completers.h"
#include "shell/fakes.h"
#include "shell/test_user.h"

namespace lunet::shell {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> asked(Completer completer, const std::string& text) {
  Lab lab;
  const Command command = {.name = "x", .kinds = {}};
  const Arguments given;
  return completer({command, lab.session.place, given, text, lab.session});
}

TEST(Completers, FilesAndFolders) {
  const UserFolder folder;
  const std::string base = folder.path() + "/";
  std::filesystem::create_directory(base + "dir");
  for (const char* name : {"disk.img", "a b", ".hidden"}) std::ofstream(base + name) << "x";
  EXPECT_THAT(asked(complete_file, base), ElementsAre(base + "a b", base + "dir/", base + "disk.img"));
  EXPECT_THAT(asked(complete_file, base + "."), Contains(base + ".hidden"));
  EXPECT_THAT(asked(complete_file, "/no/such/folder/"), ElementsAre());
}

TEST(Completers, LocalAddressesAlwaysHaveTheWildcards) {
  EXPECT_THAT(asked(complete_local_address, ""), IsSupersetOf({"0.0.0.0", "::0", "127.0.0.1"}));
}

TEST(Completers, HardwareNamesComeFromSysfs) {
  const UserFolder folder;
  const auto put = [&](const std::string& file, const std::string& text) {
    const std::filesystem::path path = folder.path() + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text << "\n";
  };
  put("/class/fc_host/host3/port_name", "0x5001405000000001");
  put("/class/infiniband/mlx0/ports/1/gids/0", "fe80:0000:0000:0000:0002:c903:00ff:0001");
  put("/bus/firewire/devices/fw0/is_local", "1");
  put("/bus/firewire/devices/fw0/guid", "0x0001020304050607");
  put("/bus/firewire/devices/fw1/guid", "0x0f01020304050607");
  EXPECT_THAT(hardware_wwns("qla2xxx", folder.path()), ElementsAre("naa.5001405000000001"));
  EXPECT_THAT(hardware_wwns("srpt", folder.path()), ElementsAre("ib.fe800000000000000002c90300ff0001"));
  EXPECT_THAT(hardware_wwns("sbp", folder.path()), ElementsAre("eui.0001020304050607"));
  EXPECT_THAT(hardware_wwns("iscsi", folder.path()), ElementsAre());
}

}  // namespace
}  // namespace lunet::shell
