// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_fixture.h"

namespace lunet::configfs {
namespace {

using FabricShows = RulesTest;

TEST_F(FabricShows, MutualSecretsAuthenticateTheTarget) {
  const std::string auth = "iscsi/discovery_auth/";
  EXPECT_EQ(read(auth + "password_mutual"), "\n");
  write(auth + "userid_mutual", "u");
  write(auth + "password_mutual", "p\n");
  EXPECT_EQ(read(auth + "authenticate_target"), "1\n");
  write(auth + "password_mutual", "NULL");
  EXPECT_EQ(read(auth + "password_mutual"), "NULL\n");
  EXPECT_EQ(read(auth + "authenticate_target"), "0\n");
  EXPECT_EQ(write_error(auth + "userid", std::string(256, 'x')), EINVAL);
}

TEST_F(FabricShows, StatisticsNameTargetPortAndDisk) {
  const std::string disk = ram_disk("d");
  write(disk + "/wwn/vpd_unit_serial", "abc");
  const std::string exported = lun(3, disk);
  EXPECT_EQ(read(exported + "/statistics/scsi_transport/dev_name"), "iqn.x:t+abc\n");
  EXPECT_EQ(read(exported + "/statistics/scsi_tgt_port/port_index"), "iqn.x:t+t+1\n");
  EXPECT_EQ(read(exported + "/statistics/scsi_port/indx"), "1\n");
  ASSERT_TRUE(tree_->unlink(exported + "/l"));
  EXPECT_EQ(read(exported + "/statistics/scsi_port/indx"), "error " + std::to_string(ENODEV));
  ASSERT_TRUE(tree_->link(exported + "/l", disk));
  EXPECT_EQ(read(exported + "/statistics/scsi_port/indx"), "2\n");
}

TEST_F(FabricShows, MappedLunsWithoutSessionHaveNoPort) {
  make(tpg_ + "/acls/i");
  make(tpg_ + "/acls/i/lun_0");
  const std::string statistics = tpg_ + "/acls/i/lun_0/statistics/";
  EXPECT_EQ(read(statistics + "scsi_auth_intr/dev"), "error " + std::to_string(ENODEV));
  ASSERT_TRUE(tree_->link(tpg_ + "/acls/i/lun_0/m", lun(0, ram_disk("d"))));
  EXPECT_EQ(read(statistics + "scsi_auth_intr/intr_name"), "i\n");
  EXPECT_EQ(read(statistics + "scsi_att_intr_port/port_ident"), "error " + std::to_string(ENODEV));
}

}  // namespace
}  // namespace lunet::configfs
