// SPDX-License-Identifier: Apache-2.0
#include "target/names.h"

#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

using config::ObjectClass;

TEST(Names, ObjectsLiveWhereTheKernelHasThem) {
  config::Tree tree;
  tree.ensure(path_of("storage fileio disk f0")).attributes["hba"] = "2";
  const auto where = [&](std::string_view text) { return *directory_of(tree, path_of(text)); };
  EXPECT_EQ(where("storage fileio disk f0"), "core/fileio_2/f0");
  EXPECT_EQ(where("fabric iscsi"), "iscsi");
  EXPECT_EQ(where("fabric iscsi target iqn.x"), "iscsi/iqn.x");
  EXPECT_EQ(where("fabric iscsi target iqn.x tpgt 1 lun 3"), "iscsi/iqn.x/tpgt_1/lun/lun_3");
  EXPECT_EQ(where("fabric iscsi target iqn.x tpgt 1 acl iqn.y mapped_lun 4"),
            "iscsi/iqn.x/tpgt_1/acls/iqn.y/lun_4");
  EXPECT_EQ(where("fabric iscsi target iqn.x tpgt 1 portal [::0]:3260"), "iscsi/iqn.x/tpgt_1/np/[::0]:3260");
}

TEST(Names, ADiskWithoutHbaNumberHasNoPlace) {
  config::Tree tree;
  tree.ensure(path_of("storage fileio disk f0"));
  const auto where = directory_of(tree, path_of("storage fileio disk f0"));
  ASSERT_FALSE(where);
  EXPECT_EQ(where.error().errnum, EINVAL);
  EXPECT_NE(where.error().message.find("storage fileio disk f0"), std::string::npos);
}

TEST(Names, GroupValuesHaveTheirFiles) {
  EXPECT_EQ(group_file(ObjectClass::tpgt, "attribute", "authentication"), "attrib/authentication");
  EXPECT_EQ(group_file(ObjectClass::tpgt, "parameter", "InitialR2T"), "param/InitialR2T");
  EXPECT_EQ(group_file(ObjectClass::acl, "auth", "userid_mutual"), "auth/userid_mutual");
  EXPECT_EQ(group_file(ObjectClass::acl, "auth", "mutual_userid"), "auth/userid_mutual");
  EXPECT_EQ(group_file(ObjectClass::acl, "attribute", "tcq_depth"), "cmdsn_depth");
  EXPECT_EQ(group_file(ObjectClass::fabric, "discovery_auth", "enable"),
            "discovery_auth/enforce_discovery_auth");
  EXPECT_EQ(group_file(ObjectClass::fabric, "discovery_auth", "mutual_password"),
            "discovery_auth/password_mutual");
  EXPECT_FALSE(group_directory(ObjectClass::lun, "attribute"));
}

TEST(Names, ValuesAreWrittenAndReadAsTheKernelWants) {
  EXPECT_EQ(group_text("parameter", "InitialR2T", "No"), "No\n");
  EXPECT_EQ(group_text("attribute", "authentication", "1"), "1");
  EXPECT_EQ(group_text("auth", "password", ""), "NULL");
  EXPECT_EQ(group_text("discovery_auth", "enable", "yes"), "1");
  EXPECT_EQ(group_value("auth", "userid", "NULL\n"), "");
  EXPECT_EQ(group_value("discovery_auth", "enable", "0\n"), "no");
  EXPECT_EQ(group_value("parameter", "TargetAlias", "LIO Target\n"), "LIO Target");
  EXPECT_TRUE(is_secret("auth", "password_mutual"));
  EXPECT_FALSE(is_secret("attribute", "password"));
}

TEST(Names, TheHbaNumberIsOneThatNoPluginUses) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::lunetd);
  ASSERT_TRUE(live->make_dir("core/fileio_0"));
  ASSERT_TRUE(live->make_dir("core/rd_mcp_1"));
  config::Tree tree;
  tree.ensure(path_of("storage fileio disk pending")).attributes["hba"] = "2";
  EXPECT_EQ(*free_hba(*live, tree), 3U);
}

TEST(Names, DisksAreFoundByPluginAndName) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::lunetd);
  ASSERT_TRUE(live->make_dir("core/rd_mcp_7"));
  ASSERT_TRUE(live->make_dir("core/rd_mcp_7/a"));
  EXPECT_EQ(*find_disk(*live, "rd_mcp", "a"), "core/rd_mcp_7/a");
  EXPECT_EQ(*find_disk(*live, "fileio", "a"), "");
  EXPECT_EQ(core_plugin("ramdisk"), "rd_mcp");
  EXPECT_EQ(shell_plugin("iblock"), "block");
}

}  // namespace
}  // namespace lunet::target
