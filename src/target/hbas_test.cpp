// SPDX-License-Identifier: Apache-2.0
// HBAs that stay without disks.
#include "target/hbas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

using testing::ElementsAre;

class HbasTest : public testing::Test {
 protected:
  std::string change(std::string_view from, std::string_view to) {
    const auto plan = make_plan(tree_of(from), tree_of(to), *live_);
    if (!plan) return plan.error().message;
    if (const auto applied = apply(*live_, *plan); !applied) return applied.error().message;
    return operations_of(*plan);
  }
  config::Tree running(std::string_view recorded) {
    auto live = read_live(*live_);
    EXPECT_TRUE(live);
    return comparable(*live, tree_of(recorded));
  }

  std::unique_ptr<configfs::Tree> live_ = configfs::make_memory_tree(configfs::Flavour::kernel);
};

TEST_F(HbasTest, AListedOneIsMadeAndStaysWithoutItsDisks) {
  EXPECT_EQ(change("", "storage fileio hbas 0,4\n"), "mkdir core/fileio_0\nmkdir core/fileio_4\n");
  const std::string one = "storage rd_mcp { hbas 2; disk r { size 4096; hba 2; wwn 1; } }\n";
  const std::string made = change("", one);
  EXPECT_TRUE(made.starts_with("mkdir core/rd_mcp_2\nmkdir core/rd_mcp_2/r\n")) << made;
  EXPECT_EQ(change(one, "storage rd_mcp hbas 2\n"), "rmdir core/rd_mcp_2/r\n");
  EXPECT_EQ(change("storage rd_mcp hbas 2\n", "storage rd_mcp\n"), "rmdir core/rd_mcp_2\n");
}

TEST_F(HbasTest, OneThatIsNotListedGoesWithItsLastDisk) {
  const std::string two =
      "storage rd_mcp { disk a { size 4096; hba 2; wwn 1; }; disk b { size 4096; hba 2; wwn 2; } }\n";
  (void)change("", two);
  EXPECT_EQ(change(two, "storage rd_mcp disk b { size 4096; hba 2; wwn 2; }\n"), "rmdir core/rd_mcp_2/a\n");
  EXPECT_EQ(change("storage rd_mcp disk b { size 4096; hba 2; wwn 2; }\n", ""),
            "rmdir core/rd_mcp_2/b\nrmdir core/rd_mcp_2\n");
}

TEST_F(HbasTest, OneThatIsListedNoMoreStaysWhileADiskIsOnIt) {
  const std::string listed = "storage rd_mcp { hbas 0; disk a { size 4096; hba 0; wwn 1; } }\n";
  const std::string not_listed = "storage rd_mcp disk a { size 4096; hba 0; wwn 1; }\n";
  (void)change("", listed);
  EXPECT_EQ(change(listed, not_listed), "");
  EXPECT_EQ(change(not_listed, listed), "");
  EXPECT_EQ(change(listed, "storage rd_mcp\n"), "rmdir core/rd_mcp_0/a\nrmdir core/rd_mcp_0\n");
}

TEST_F(HbasTest, WhatRunsIsComparedWithTheListOnly) {
  const std::string recorded = "storage rd_mcp { hbas 0,1; disk a { size 4096; hba 0; wwn 1; } }\n";
  (void)change("", recorded);
  EXPECT_EQ(running(recorded), tree_of(recorded));
  ASSERT_TRUE(live_->make_dir("core/rd_mcp_7"));
  ASSERT_TRUE(live_->make_dir("core/fileio_7"));
  EXPECT_EQ(running(recorded).find(path_of("storage rd_mcp"))->attribute("hbas"), "0,1");
  EXPECT_EQ(running(recorded).find(path_of("storage fileio"))->attribute("hbas"), "");
  ASSERT_TRUE(live_->remove_dir("core/rd_mcp_1"));
  EXPECT_EQ(running(recorded).find(path_of("storage rd_mcp"))->attribute("hbas"), "0");
}

TEST_F(HbasTest, AListOfSomethingElseIsRefused) {
  EXPECT_EQ(change("", "storage fileio hbas 0,x\n"), "storage fileio: hbas '0,x' is no list of numbers");
}

TEST(HbaListTest, ReadsAndWritesTheList) {
  config::Object storage;
  EXPECT_THAT(kept_hbas(nullptr), ElementsAre());
  set_kept_hbas(storage, {3, 1});
  EXPECT_EQ(storage.attribute("hbas"), "1,3");
  EXPECT_THAT(kept_hbas(&storage), ElementsAre(1, 3));
  set_kept_hbas(storage, {});
  EXPECT_TRUE(storage.attributes.empty());
}

}  // namespace
}  // namespace lunet::target
