// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/validate/test_findings.h"

namespace lunet::config {
namespace {

TestMachine machine_with_files() {
  TestMachine machine;
  machine.files["/f"] = {.kind = FileLook::Kind::regular, .size = 1048576, .identity = "1:1"};
  machine.files["/link-to-f"] = machine.files["/f"];
  machine.files["/b"] = {.kind = FileLook::Kind::block_device, .identity = "block 8"};
  machine.files["/d"] = {.kind = FileLook::Kind::folder, .identity = "1:2"};
  machine.files["/denied"] = {.errnum = EACCES};
  return machine;
}

std::string files(std::string_view text) {
  const TestMachine machine = machine_with_files();
  return found_in(text, &machine);
}

}  // namespace

TEST(Files, WhatIsMissingIsPendingAndWhatIsRefusedIsAnError) {
  EXPECT_EQ(files("storage fileio disk a { path /gone; size 1M }"),
            "pending: storage fileio disk a path: /gone: No such file or directory; the disk waits for it, "
            "with what "
            "stands on it\n");
  EXPECT_EQ(files("storage fileio disk a { path /denied; size 1M }"),
            "storage fileio disk a path: /denied: Permission denied\n");
}

TEST(Files, OneFileIsOfOneDisk) {
  EXPECT_THAT(
      files("storage fileio { disk a path /f\ndisk b path /link-to-f }"),
      testing::StartsWith("storage fileio disk b path: storage fileio disk a has /link-to-f already"));
  EXPECT_THAT(files("storage fileio { disk a path /gone\ndisk b path /gone }"),
              testing::HasSubstr("disk a has /gone already"));
  EXPECT_THAT(files("storage fileio disk a path /b; storage iblock disk b path /b"),
              testing::HasSubstr("storage fileio disk a has /b already"));
}

TEST(Files, TheKindMustFitThePlugin) {
  EXPECT_EQ(files("storage fileio disk a path /f; storage iblock disk b path /b"), "");
  EXPECT_EQ(files("storage iblock disk a path /f"),
            "storage iblock disk a path: /f is a file; an iblock disk needs a block device\n");
  EXPECT_EQ(files("storage block disk a path /f"),
            "storage block disk a path: /f is a file; an iblock disk needs a block device\n");
  EXPECT_EQ(files("storage fileio disk a path /d"),
            "storage fileio disk a path: /d is a folder; a fileio disk needs a file\n");
}

TEST(Files, AFileShorterThanTheDiskIsRefused) {
  EXPECT_EQ(files("storage fileio disk a { path /f; size 1M }"), "");
  EXPECT_THAT(files("storage fileio disk a { path /f; size 2M }"),
              testing::HasSubstr("/f has 1048576 bytes, fewer than the disk's 2097152"));
}

}  // namespace lunet::config
