// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_fixture.h"

namespace lunet::configfs {
namespace {

using Changes = RulesTest;

TEST_F(Changes, AnEmptyWriteIsNoWrite) {
  const std::string disk = ram_disk("d");
  EXPECT_EQ(write_error(disk + "/attrib/block_size", ""), 0);
  EXPECT_EQ(read(disk + "/attrib/block_size"), "512\n");
  EXPECT_EQ(write_error(disk + "/alias", std::string(5000, 'x')), EINVAL);
}

TEST_F(Changes, ARemovedLunLeavesDeadMappings) {
  make(tpg_ + "/acls/i");
  make(tpg_ + "/acls/i/lun_0");
  const std::string disk = ram_disk("d");
  const std::string exported = lun(0, disk);
  ASSERT_TRUE(tree_->link(tpg_ + "/acls/i/lun_0/m", exported));
  EXPECT_EQ(tree_->remove_dir(exported).error().errnum, EBUSY);
  EXPECT_EQ(tree_->remove_dir(disk).error().errnum, EBUSY);
  ASSERT_TRUE(tree_->unlink(exported + "/l"));
  EXPECT_TRUE(tree_->remove_dir(disk));
  EXPECT_EQ(tree_->remove_dir(exported).error().errnum, EBUSY);
  ASSERT_TRUE(tree_->unlink(tpg_ + "/acls/i/lun_0/m"));
  EXPECT_TRUE(tree_->remove_dir(exported));
}

TEST_F(Changes, ErrorsNameTheReason) {
  const std::string disk = ram_disk("d");
  lun(0, disk);
  EXPECT_EQ(tree_->remove_dir(disk).error().message,
            "rmdir core/rd_mcp_0/d: Device or resource busy (iscsi/iqn.x:t/tpgt_1/lun/lun_0 links to it)");
}

}  // namespace
}  // namespace lunet::configfs
