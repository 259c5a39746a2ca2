// SPDX-License-Identifier: Apache-2.0
#include "config/validate/machine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace lunet::config {

TEST(Machine, LooksAtFilesAndDevices) {
  const auto machine = this_machine();
  std::string name = std::filesystem::temp_directory_path() / "lunet-machine-XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path folder(name);
  std::ofstream(folder / "f") << "12345";
  std::filesystem::create_symlink("f", folder / "l");
  const FileLook file = machine->look_at(folder / "f");
  EXPECT_EQ(file.kind, FileLook::Kind::regular);
  EXPECT_EQ(file.size, 5U);
  EXPECT_EQ(machine->look_at(folder / "l").identity, file.identity);
  EXPECT_EQ(machine->look_at(folder).kind, FileLook::Kind::folder);
  EXPECT_EQ(machine->look_at(folder / "none").errnum, ENOENT);
  EXPECT_EQ(machine->look_at("/dev/null").kind, FileLook::Kind::character_device);
  std::filesystem::remove_all(folder);
}

TEST(Machine, KnowsItsAddresses) {
  const auto machine = this_machine();
  EXPECT_TRUE(machine->has_address("127.0.0.1"));
  EXPECT_TRUE(machine->has_address("127.1.2.3"));
  EXPECT_FALSE(machine->has_address("192.0.2.77")) << "an address for documentation";
  EXPECT_FALSE(machine->has_address("x"));
}

}  // namespace lunet::config
