// SPDX-License-Identifier: Apache-2.0
#include "service/outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;

class Outline : public BothRuntimes {
 protected:
  NodeAddress address(NodeKind kind) const {
    NodeAddress at{kind, "rd_mcp", "rd0", "iscsi", std::string(wwn), 1, std::string(initiator)};
    return at;
  }
  // Every node below, against what the whole view has.
  void compare(const ViewNode& node, NodeAddress at) {
    if (node.kind == NodeKind::alua_group) return;
    at.kind = node.kind;
    std::vector<std::string> expected;
    for (const ViewNode& child : node.children) expected.push_back(child.name);
    EXPECT_EQ(must(child_names(*memory_, at), node.name), expected) << node.name;
    for (const ViewNode& child : node.children) {
      NodeAddress below = at;
      if (child.kind == NodeKind::plugin) below.plugin = child.name == "ramdisk" ? "rd_mcp" : child.name;
      if (child.kind == NodeKind::plugin && child.name == "block") below.plugin = "iblock";
      if (child.kind == NodeKind::disk) below.disk = child.name;
      compare(child, below);
    }
  }
};

TEST_P(Outline, HasTheNamesOfTheView) {
  make_exported();
  must(service_->create_ramdisk(ramdisk("rd10")));
  must(service_->create_fileio(fileio("f1")));
  must(service_->create_tpg(wwn, 2));
  must(service_->delete_tpg(tpg(2)));
  compare(must(read_view(*memory_)), address(NodeKind::root));
}

TEST_P(Outline, OfNothingIsEmpty) {
  EXPECT_THAT(must(child_names(*memory_, address(NodeKind::root))), ElementsAre("backstores", "iscsi"));
  EXPECT_THAT(must(child_names(*memory_, address(NodeKind::plugin))), ElementsAre());
  EXPECT_THAT(must(child_names(*memory_, address(NodeKind::fabric))), ElementsAre());
}

TEST_P(Outline, SaysWhenThereIsNoSuchNode) {
  for (const NodeKind kind : {NodeKind::disk, NodeKind::target, NodeKind::tpg, NodeKind::luns, NodeKind::acls,
                              NodeKind::acl, NodeKind::portals}) {
    EXPECT_EQ(error_of(child_names(*memory_, address(kind))).errnum, ENOENT) << static_cast<int>(kind);
  }
}

TEST_P(Outline, SaysWhatIsExported) {
  make_exported();
  must(service_->create_fileio(fileio("f1")));
  LunOptions options = lun_of("fileio", "f1");
  options.lun = 12;
  must(service_->create_lun(tpg(), options));
  const auto exported = must(exported_disks(*memory_, address(NodeKind::luns)));
  ASSERT_EQ(exported.size(), 2U);
  EXPECT_EQ(exported[0].lun, 0);
  EXPECT_EQ(exported[0].disk, "/backstores/ramdisk/rd0");
  EXPECT_EQ(exported[1].lun, 12);
  EXPECT_EQ(exported[1].disk, "/backstores/fileio/f1");
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Outline, testing::Values(Kind::transactional, Kind::stepping));

}  // namespace
}  // namespace lunet::service
