// SPDX-License-Identifier: Apache-2.0
// libkmod over a folder of modules that the test makes. Loading itself needs a kernel:
// tests/kernel/modules.test.sh.
#include "configfs/kernel_modules.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

namespace fs = std::filesystem;

class KernelModulesTest : public testing::Test {
 protected:
  KernelModulesTest() : folder_(dir_ / "lib/modules/6.1.0-test"), config_(dir_ / "modprobe.d") {
    fs::create_directories(folder_ / "kernel");
    fs::create_directories(config_);
    std::ofstream(folder_ / "modules.builtin") << "kernel/drivers/target/lunet_builtin.ko\n";
    std::ofstream(folder_ / "modules.order") << "";
    // No module at all, but a file of its name: enough for everything but the kernel.
    std::ofstream(folder_ / "modules.dep") << "kernel/lunet_broken.ko:\n";
    std::ofstream(folder_ / "kernel/lunet_broken.ko") << "no ELF file";
    const std::string depmod =
        "PATH=$PATH:/sbin:/usr/sbin depmod -b " + dir_.path() + " 6.1.0-test 2>/dev/null";
    // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): depmod makes the index of built-in modules
    EXPECT_EQ(std::system(depmod.c_str()), 0);
  }
  Result<> load(const std::string& name) const {
    return KernelModules({folder_.string(), config_.string()}).load(name);
  }

  const test::ScratchDir dir_;
  const fs::path folder_;
  const fs::path config_;
};

TEST_F(KernelModulesTest, ABuiltInModuleIsThere) {
  const auto loaded = load("lunet_builtin");
  EXPECT_TRUE(loaded) << loaded.error().message;
}

TEST_F(KernelModulesTest, AModuleThatIsNotInstalledIsNamedWithItsFolder) {
  const auto loaded = load("lunet_nobody");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().errnum, ENOENT);
  EXPECT_EQ(loaded.error().message, "module lunet_nobody is not installed: it is not in " + folder_.string());
  EXPECT_NE(loaded.error().hint.find("linux-image"), std::string::npos);
}

TEST_F(KernelModulesTest, AKernelWithoutModulesIsToldApart) {
  fs::remove_all(folder_);
  const auto loaded = load("lunet_nobody");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().errnum, ENOENT);
  EXPECT_NE(loaded.error().message.find("no modules of the running kernel"), std::string::npos);
  EXPECT_NE(loaded.error().hint.find("container"), std::string::npos);
}

TEST_F(KernelModulesTest, AForbiddenModuleIsNotLoaded) {
  std::ofstream(config_ / "no.conf") << "blacklist lunet_broken\n";
  const auto loaded = load("lunet_broken");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().errnum, EPERM);
  EXPECT_NE(loaded.error().message.find("blacklist"), std::string::npos);
}

TEST_F(KernelModulesTest, WhatTheKernelRefusesSaysWhy) {
  const auto loaded = load("lunet_broken");
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().errnum, ENOENT);
  EXPECT_NE(loaded.error().message.find("loading module lunet_broken: "), std::string::npos);
  EXPECT_NE(loaded.error().hint, "");
}

TEST(BackendModule, IsWhatTheDirectoryOfAnHbaNeeds) {
  EXPECT_EQ(backend_module("core/fileio_0"), "target_core_file");
  EXPECT_EQ(backend_module("core/iblock_12"), "target_core_iblock");
  EXPECT_EQ(backend_module("core/rd_mcp_0"), "");
  EXPECT_EQ(backend_module("core/iblock_12/disk_1"), "");
  EXPECT_EQ(backend_module("iblock_12"), "");
}

}  // namespace
}  // namespace lunet::configfs
