// SPDX-License-Identifier: Apache-2.0
#include "configfs/fuse/tree_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"

namespace lunet::configfs {
namespace {

constexpr const char* shown_at = "/sys/kernel/config/target";

class TreeFilesTest : public testing::Test {
 protected:
  TreeFilesTest() {
    for (const char* folder :
         {"/core/rd_mcp_0", "/core/rd_mcp_0/rd0", "/iscsi", "/iscsi/iqn.2026-11.org.example:t",
          "/iscsi/iqn.2026-11.org.example:t/tpgt_1", "/iscsi/iqn.2026-11.org.example:t/tpgt_1/lun/lun_0"}) {
      EXPECT_TRUE(files_.make_dir(folder)) << folder;
    }
    EXPECT_TRUE(files_.write("/core/rd_mcp_0/rd0/control", "rd_pages=16"));
    EXPECT_TRUE(files_.write("/core/rd_mcp_0/rd0/enable", "1\n"));
  }
  std::unique_ptr<Tree> tree_ = make_memory_tree(Flavour::kernel);
  TreeFiles files_{*tree_, shown_at};
  const std::string lun_ = "/iscsi/iqn.2026-11.org.example:t/tpgt_1/lun/lun_0";
};

TEST_F(TreeFilesTest, StatTellsFoldersFilesAndWhatIsNotThereApart) {
  EXPECT_EQ(files_.stat("/")->st_mode, S_IFDIR | 0755U);
  EXPECT_EQ(files_.stat("/core/rd_mcp_0")->st_mode, S_IFDIR | 0755U);
  EXPECT_EQ(files_.stat("/core/rd_mcp_0/rd0/enable")->st_mode, S_IFREG | 0644U);
  EXPECT_EQ(files_.stat("/core/rd_mcp_0/rd0/info")->st_mode, S_IFREG | 0444U);
  EXPECT_EQ(files_.stat("/core/rd_mcp_0/rd0/enable")->st_size, 4096);
  EXPECT_EQ(files_.stat("/core/nothing").error().errnum, ENOENT);
}

TEST_F(TreeFilesTest, LinksTakeAbsoluteAndRelativePathsAndReadBackRelative) {
  ASSERT_TRUE(files_.link(std::string(shown_at) + "/core/rd_mcp_0/rd0", lun_ + "/a"));
  EXPECT_EQ(*files_.link_target(lun_ + "/a"), "../../../../../core/rd_mcp_0/rd0");
  EXPECT_EQ(files_.stat(lun_ + "/a")->st_mode & S_IFMT, S_IFLNK);
  ASSERT_TRUE(files_.unlink(lun_ + "/a"));
  ASSERT_TRUE(files_.link("../../../../../core/rd_mcp_0/rd0", lun_ + "/b"));
  EXPECT_EQ(*files_.link_target(lun_ + "/b"), "../../../../../core/rd_mcp_0/rd0");
}

TEST_F(TreeFilesTest, LinksLeadNowhereOutOfTheTree) {
  EXPECT_EQ(files_.link("/etc/passwd", lun_ + "/a").error().errnum, ENOENT);
  EXPECT_EQ(files_.link(std::string(shown_at) + "2/core/rd_mcp_0/rd0", lun_ + "/a").error().errnum, ENOENT);
  EXPECT_EQ(files_.link("../../../../../../../../core/rd_mcp_0/rd0", lun_ + "/a").error().errnum, ENOENT);
  EXPECT_EQ(files_.link_target("/core/rd_mcp_0/rd0/enable").error().errnum, EINVAL);
}

TEST_F(TreeFilesTest, ErrorsAreTheTreesOwn) {
  ASSERT_TRUE(files_.link("../../../../../core/rd_mcp_0/rd0", lun_ + "/b"));
  EXPECT_EQ(files_.remove_dir("/core/rd_mcp_0/rd0").error().errnum, EBUSY);
  EXPECT_EQ(files_.make_dir("/core/rd_mcp_0/rd0").error().errnum, EEXIST);
  EXPECT_EQ(files_.write("/core/rd_mcp_0/rd0/attrib/block_size", "513").error().errnum, EINVAL);
}

}  // namespace
}  // namespace lunet::configfs
