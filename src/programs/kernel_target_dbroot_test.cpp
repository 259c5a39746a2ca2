// SPDX-License-Identifier: Apache-2.0
#include "programs/kernel_target_dbroot.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

namespace fs = std::filesystem;

class DbrootTest : public testing::Test {
 protected:
  DbrootTest()
      : root_(fs::path(folder_.path()) / "target"),
        wanted_(fs::path(folder_.path()) / "state"),
        default_(fs::path(folder_.path()) / "default") {
    fs::create_directories(root_ / "core/alua/lu_gps");
  }
  void has(const std::string& place) { std::ofstream(root_ / "dbroot") << place << '\n'; }
  std::string settle() {
    settle_dbroot(root_.string(), wanted_.string(), default_.string());
    std::ifstream file(root_ / "dbroot");
    std::string line;
    std::getline(file, line);
    return line;
  }
  const TestFolder folder_;
  const fs::path root_;
  const fs::path wanted_;
  const fs::path default_;
};

TEST_F(DbrootTest, TheKernelsDefaultIsMovedBeforeTheFirstDisk) {
  has(default_.string());
  EXPECT_EQ(settle(), wanted_);
  EXPECT_TRUE(fs::is_directory(wanted_ / "pr"));
  EXPECT_TRUE(fs::is_directory(wanted_ / "alua"));
  EXPECT_EQ(fs::status(wanted_ / "pr").permissions(), fs::perms::owner_all);
}

TEST_F(DbrootTest, TheKernelsDefaultStaysWhereSomebodyHasThatFolder) {
  fs::create_directories(default_);
  has(default_.string());
  EXPECT_EQ(settle(), default_);
  EXPECT_TRUE(fs::is_directory(default_ / "pr"));
}

TEST_F(DbrootTest, WhatAnotherToolChoseStaysAndGetsItsFolders) {
  const fs::path theirs = fs::path(folder_.path()) / "theirs";
  fs::create_directories(theirs);
  has(theirs.string());
  EXPECT_EQ(settle(), theirs);
  EXPECT_TRUE(fs::is_directory(theirs / "pr"));
  EXPECT_FALSE(fs::exists(wanted_));
}

TEST_F(DbrootTest, AKernelWithoutThatFileIsLeftAlone) {
  settle_dbroot(root_.string(), wanted_.string());
  EXPECT_FALSE(fs::exists(root_ / "dbroot"));
  EXPECT_FALSE(fs::exists(wanted_));
}

class KeepingStates : public DbrootTest {
 protected:
  KeepingStates() : alua_(wanted_ / "alua") {
    has(wanted_.string());
    fs::create_directory(wanted_);
    put(disk_ / "wwn/vpd_unit_serial", "T10 VPD Unit Serial Number: serial-1");
    put(disk_ / "alua/slow/tg_pt_gp_id", "16");
    put(disk_ / "alua/slow/alua_access_state", "2");
    put(disk_ / "alua/slow/alua_access_status", "Altered by Explicit STPG");
    put(disk_ / "alua/slow/alua_write_metadata", "0");
    put(lun_ / "alua_tg_pt_offline", "1");
    put(lun_ / "alua_tg_pt_status", "2");
    put(lun_ / "alua_tg_pt_write_md", "0");
  }
  void put(const fs::path& path, const std::string& line) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << line << '\n';
  }
  static std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void begin(const fs::path& path) const {
    begin_to_keep_state(root_.string(), path.string(), default_.string());
  }

  const fs::path disk_ = "core/rd_mcp_0/r";
  const fs::path lun_ = "iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_0";
  const fs::path alua_;
};

TEST_F(KeepingStates, OfAGroupTheFolderIsMadeAndTheStateIsInIt) {
  begin(disk_ / "alua/slow/alua_write_metadata");
  EXPECT_EQ(fs::status(alua_ / "tpgs_serial-1").permissions(), fs::perms::owner_all);
  EXPECT_EQ(text_of(alua_ / "tpgs_serial-1/slow"),
            "tg_pt_gp_id=16\nalua_access_state=0x02\nalua_access_status=0x01\n");
  EXPECT_EQ(fs::status(alua_ / "tpgs_serial-1/slow").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(alua_ / ".new"));
}

TEST_F(KeepingStates, OfALunTheFolderHasTheNameThatTheKernelGivesIt) {
  begin(lun_ / "alua_tg_pt_write_md");
  const fs::path folder = alua_ / "iSCSI/iqn.2026-11.com.example:t+1";
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
  EXPECT_EQ(text_of(folder / "lun_0"), "alua_tg_pt_offline=1\nalua_tg_pt_status=0x02\n");
}

TEST_F(KeepingStates, AnEarlierStateIsWrittenOverButWhatTheKernelKeepsIsNot) {
  const fs::path file = alua_ / "tpgs_serial-1/slow";
  fs::create_directories(file.parent_path());
  std::ofstream(file) << "earlier";
  put(disk_ / "alua/slow/alua_write_metadata", "1");
  begin(disk_ / "alua/slow/alua_write_metadata");
  EXPECT_EQ(text_of(file), "earlier");
  put(disk_ / "alua/slow/alua_write_metadata", "0");
  put(disk_ / "alua/slow/alua_access_state", "15");
  begin(disk_ / "alua/slow/alua_write_metadata");
  EXPECT_FALSE(fs::exists(file)) << "in transition";
  put(disk_ / "alua/slow/alua_access_state", "0");
  begin(disk_ / "alua/slow/alua_write_metadata");
  EXPECT_EQ(text_of(file), "tg_pt_gp_id=16\nalua_access_state=0x00\nalua_access_status=0x01\n");
}

TEST_F(KeepingStates, NothingIsMadeOutsideOfTheFolder) {
  put(disk_ / "wwn/vpd_unit_serial", "T10 VPD Unit Serial Number: /../../outside");
  begin(disk_ / "alua/slow/alua_write_metadata");
  put(disk_ / "wwn/vpd_unit_serial", "T10 VPD Unit Serial Number: ");
  begin(disk_ / "alua/slow/alua_write_metadata");
  begin("core/rd_mcp_0/none/alua/slow/alua_write_metadata");
  EXPECT_FALSE(fs::exists(alua_));
  EXPECT_FALSE(fs::exists(wanted_ / "outside"));
}

}  // namespace
}  // namespace lunet::programs
