// SPDX-License-Identifier: Apache-2.0
#include "service/absent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/tree_test_support.h"

namespace lunet::service {
namespace {

TEST(Absent, IsWhatWasLeftOutWithWhatStandsOnIt) {
  const config::Tree tree = target::tree_of(
      "storage rd_mcp { disk a size 4096\n disk b size 4096\n }\n"
      "fabric iscsi target iqn.x tpgt 1 {\n lun 0 backend rd_mcp:a\n lun 1 backend rd_mcp:b\n"
      " acl iqn.y { mapped_lun 0 target_lun 0\n mapped_lun 1 target_lun 1\n }\n}\n");
  const config::Path disk = target::path_of("storage rd_mcp disk a");
  const auto absent =
      absent_in(tree, {{false, disk, ""}, {true, target::path_of("storage rd_mcp disk gone"), ""}});
  EXPECT_EQ(absent.size(), 3U);
  const config::Tree rest = without(tree, absent);
  EXPECT_EQ(rest.find(disk), nullptr);
  EXPECT_EQ(rest.find(target::path_of("fabric iscsi target iqn.x tpgt 1 lun 0")), nullptr);
  EXPECT_EQ(rest.find(target::path_of("fabric iscsi target iqn.x tpgt 1 acl iqn.y mapped_lun 0")), nullptr);
  EXPECT_NE(rest.find(target::path_of("fabric iscsi target iqn.x tpgt 1 acl iqn.y mapped_lun 1")), nullptr);
}

TEST(Absent, AMissingFileIsAReason) {
  config::Object disk;
  EXPECT_EQ(pending_reason(disk), "");
  disk.attributes["path"] = "/no/such/file";
  EXPECT_THAT(pending_reason(disk), testing::HasSubstr("/no/such/file: No such file"));
  disk.attributes["path"] = "/dev/null";
  EXPECT_EQ(pending_reason(disk), "");
}

TEST(Absent, OnTheKernelAPortalNeedsItsAddress) {
  const config::Tree tree = *config::parse(
      "storage rd_mcp disk r size 1M\nstorage fileio disk f path /no/such/file\n"
      "fabric iscsi target iqn.x tpgt 1 { portal 192.0.2.7:3260; portal 127.0.0.1:3260;\n"
      " portal 0.0.0.0:3260; portal [::0]:3261; portal [2001:db8::7]:3260; }",
      "test");
  EXPECT_EQ(may_be_missing(tree, RuntimeKind::lunetd),
            std::vector<config::Path>{target::path_of("storage fileio disk f")});
  std::vector<std::string> missing;
  for (const config::Path& path : may_be_missing(tree, RuntimeKind::kernel)) {
    if (const std::string reason = missing_reason(tree, path); !reason.empty()) missing.push_back(reason);
  }
  EXPECT_THAT(missing,
              testing::UnorderedElementsAre(testing::HasSubstr("/no/such/file"),
                                            "no interface of this host has the address 192.0.2.7",
                                            "no interface of this host has the address [2001:db8::7]"));
}

}  // namespace
}  // namespace lunet::service
