// SPDX-License-Identifier: Apache-2.0
#include "configfs/file_class.h"

#include <gtest/gtest.h>

namespace lunet::configfs {
namespace {

TEST(FileClass, FollowsFromPathAndMode) {
  const std::tuple<const char*, std::uint16_t, FileClass> cases[] = {
      {"core/rd_mcp_0/rd0/attrib/block_size", 0644, FileClass::config},
      {"core/rd_mcp_0/rd0/attrib/hw_block_size", 0444, FileClass::state},
      {"core/rd_mcp_0/rd0/enable", 0644, FileClass::config},
      {"core/rd_mcp_0/rd0/control", 0200, FileClass::action},
      {"core/rd_mcp_0/rd0/info", 0444, FileClass::state},
      {"core/rd_mcp_0/rd0/pr/res_aptpl_metadata", 0644, FileClass::action},
      {"core/rd_mcp_0/rd0/statistics/scsi_lu/num_cmds", 0444, FileClass::counter},
      {"core/rd_mcp_0/rd0/alua/default_tg_pt_gp/alua_access_state", 0644, FileClass::state},
      {"core/rd_mcp_0/rd0/alua/default_tg_pt_gp/preferred", 0644, FileClass::config},
      {"iscsi/t/fabric_statistics/iscsi_instance/nodes", 0444, FileClass::counter},
      {"iscsi/t/tpgt_1/dynamic_sessions", 0444, FileClass::state},
      {"iscsi/t/tpgt_1/acls/i/auth/password", 0644, FileClass::config},
      {"iscsi/t/tpgt_1/acls/i/param/InitialR2T", 0444, FileClass::state},
      {"iscsi/t/tpgt_1/param/InitialR2T", 0644, FileClass::config},
      {"iscsi/t/tpgt_1/lun/lun_0/alua_tg_pt_offline", 0644, FileClass::state},
  };
  for (const auto& [path, mode, expected] : cases) EXPECT_EQ(classify_file(path, mode), expected) << path;
}

TEST(FileClass, KnowsSecrets) {
  EXPECT_TRUE(is_secret("iscsi/t/tpgt_1/auth/password"));
  EXPECT_TRUE(is_secret("iscsi/t/tpgt_1/acls/i/auth/userid"));
  EXPECT_TRUE(is_secret("iscsi/discovery_auth/password_mutual"));
  EXPECT_FALSE(is_secret("iscsi/discovery_auth/enforce_discovery_auth"));
  EXPECT_FALSE(is_secret("iscsi/t/tpgt_1/attrib/authentication"));
}

TEST(FileClass, FilterTakesConfigurationAndWhatIsAskedFor) {
  const char* info = "core/a/b/info";
  const char* counter = "core/a/b/statistics/scsi_dev/indx";
  const char* secret = "iscsi/t/tpgt_1/auth/password";
  EXPECT_TRUE(passes_filter("core/a/b/alias", 0644, {}));
  EXPECT_FALSE(passes_filter(info, 0444, {}));
  EXPECT_FALSE(passes_filter(counter, 0444, {}));
  EXPECT_TRUE(passes_filter(secret, 0644, {}));
  EXPECT_TRUE(passes_filter(info, 0444, {.state = true}));
  EXPECT_TRUE(passes_filter(counter, 0444, {.counters = true}));
  EXPECT_FALSE(passes_filter(secret, 0644, {.secrets = false}));
  EXPECT_FALSE(passes_filter("core/a/b/control", 0200, {.state = true, .counters = true}));
}

}  // namespace
}  // namespace lunet::configfs
