// SPDX-License-Identifier: Apache-2.0
#include "target/disk_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

std::string settings_of(const std::string& plugin, const std::string& attributes) {
  const config::Tree tree = tree_of("storage " + plugin + " disk d { " + attributes + " }\n");
  const config::Path path = path_of("storage " + plugin + " disk d");
  std::vector<configfs::Operation> operations;
  const auto added = add_settings(operations, *tree.find(path), path, "D");
  if (!added) return added.error().message;
  std::string text;
  for (const auto& operation : operations) text += text_of(operation);
  return text;
}

TEST(DiskSettings, AreThoseOfThePlugin) {
  EXPECT_EQ(settings_of("fileio", "path /a; size 1M; aio yes;"),
            "write D/control fd_dev_name=/a,fd_dev_size=1048576\nwrite D/control fd_async_io=1\nwrite "
            "D/udev_path /a\n");
  EXPECT_EQ(settings_of("rd_mcp", "size 8K; nullio yes;"),
            "write D/control rd_pages=2\nwrite D/control rd_nullio=1\n");
  EXPECT_EQ(settings_of("user", "config file/x; size 1M; hw_max_sectors 64; control 'max_data_area_mb=8';"),
            "write D/control dev_config=file/x\nwrite D/control dev_size=1048576\n"
            "write D/control hw_max_sectors=64\nwrite D/control max_data_area_mb=8\n");
  EXPECT_EQ(settings_of("iblock", "path /dev/x; exclusive no;"),
            "write D/udev_path /dev/x\nwrite D/control udev_path=/dev/x\nwrite D/control readonly=0\n"
            "write D/control exclusive=0\n");
}

TEST(DiskSettings, WhatIsNoScsiDeviceIsTold) {
  EXPECT_EQ(settings_of("pscsi", "path /dev/null;"),
            "storage pscsi disk d: /dev/null is no SCSI device of this machine");
  EXPECT_EQ(settings_of("user", "config file/x;"), "storage user disk d: 'size' is not set");
}

}  // namespace
}  // namespace lunet::target
