// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_fixture.h"

namespace lunet::configfs {
namespace {

using FabricStores = RulesTest;

TEST_F(FabricStores, WriteProtectLivesWithTheMapping) {
  const std::string mapped = tpg_ + "/acls/iqn.x:i/lun_0";
  make(tpg_ + "/acls/iqn.x:i");
  make(mapped);
  const std::string exported = lun(0, ram_disk("d"));
  write(mapped + "/write_protect", "1");
  EXPECT_EQ(read(mapped + "/write_protect"), "");
  ASSERT_TRUE(tree_->link(mapped + "/m", exported));
  EXPECT_EQ(read(mapped + "/write_protect"), "0\n");
  write(mapped + "/write_protect", "1");
  EXPECT_EQ(read(mapped + "/write_protect"), "1\n");
  ASSERT_TRUE(tree_->unlink(mapped + "/m"));
  write(tpg_ + "/attrib/prod_mode_write_protect", "1");
  ASSERT_TRUE(tree_->link(mapped + "/m", exported));
  EXPECT_EQ(read(mapped + "/write_protect"), "1\n");
  ASSERT_TRUE(tree_->unlink(exported + "/l"));
  EXPECT_EQ(read(mapped + "/write_protect"), "");
}

TEST_F(FabricStores, AuthenticationDecidesWhatIsOffered) {
  EXPECT_EQ(read(tpg_ + "/param/AuthMethod"), "CHAP,None\n");
  write(tpg_ + "/enable", "1");
  EXPECT_EQ(read(tpg_ + "/param/AuthMethod"), "CHAP\n");
  write(tpg_ + "/attrib/authentication", "0");
  EXPECT_EQ(read(tpg_ + "/param/AuthMethod"), "CHAP,None\n");
  write(tpg_ + "/attrib/generate_node_acls", "1");
  EXPECT_EQ(read(tpg_ + "/attrib/cache_dynamic_acls"), "1\n");
  write(tpg_ + "/attrib/cache_dynamic_acls", "0");
  EXPECT_EQ(read(tpg_ + "/attrib/cache_dynamic_acls"), "1\n");
}

TEST_F(FabricStores, AlgorithmsAreOfLunetdOnlyAndNullStandsForAll) {
  const auto kernel = make_memory_tree(Flavour::kernel);
  ASSERT_TRUE(kernel->make_dir("iscsi"));
  EXPECT_FALSE(kernel->read("iscsi/discovery_auth/chap_algorithms"));
  const std::string file = "iscsi/discovery_auth/chap_algorithms";
  EXPECT_EQ(read(file), "\n");
  write(file, "SHA-256,MD5");
  EXPECT_EQ(read(file), "SHA-256,MD5\n");
  for (const char* wrong : {"MD4", "SHA-256,", "MD5,NULL", "md5"})
    EXPECT_EQ(write_error(file, wrong), EINVAL);
  write(file, "NULL");
  EXPECT_EQ(read(file), "\n");
}

TEST_F(FabricStores, RefuseWhatTheMachineHasNot) {
  make(tpg_ + "/np/127.0.0.1:3260");
  EXPECT_EQ(write_error(tpg_ + "/np/127.0.0.1:3260/iser", "1"), EINVAL);
  EXPECT_EQ(write_error(tpg_ + "/np/127.0.0.1:3260/iser", "0"), 0);
  EXPECT_EQ(write_error(tpg_ + "/attrib/fabric_prot_type", "2"), EINVAL);
  EXPECT_EQ(write_error("iscsi/cpus_allowed_list", "all"), EINVAL);
  write("iscsi/cpus_allowed_list", "0-1,3\n");
  EXPECT_EQ(read("iscsi/cpus_allowed_list"), "0-1,3\n");
}

}  // namespace
}  // namespace lunet::configfs
