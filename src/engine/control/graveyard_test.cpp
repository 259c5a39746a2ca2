// SPDX-License-Identifier: Apache-2.0
#include "engine/control/graveyard.h"

#include <gmock/gmock.h>

#include "engine/dataplane/late_backstore_test_support.h"

namespace lunet::control {

TEST(Graveyard, DescribesWhatIsWaitedFor) {
  EXPECT_EQ(describe_uses({{"", "iqn.x:a"}}), "sessions are still ending");
  EXPECT_EQ(describe_uses({{"", "iqn.x:a"}, {"core/rd_mcp_0/d", "iqn.x:a"}}),
            "core/rd_mcp_0/d: 1 command of iqn.x:a waits for its storage");
  EXPECT_EQ(
      describe_uses(
          {{"core/rd_mcp_0/d", "iqn.x:b"}, {"core/rd_mcp_0/d", "iqn.x:a"}, {"core/rd_mcp_0/e", "iqn.x:a"}}),
      "core/rd_mcp_0/d: 2 commands of iqn.x:a and 1 more wait for its storage");
}

TEST(Graveyard, RefusesOnlyWhatStillWaits) {
  Graveyard graveyard;
  const auto drain = Drain::make();
  auto hold = drain->hold({"core/rd_mcp_0/d", "iqn.x:a"});
  const auto session = drain->hold({"", "iqn.x:a"});
  graveyard.remember(drain);
  EXPECT_TRUE(graveyard.check_removable({}));
  EXPECT_TRUE(graveyard.check_removable({""}));
  EXPECT_TRUE(graveyard.check_removable({"core/rd_mcp_0/e"}));
  const auto refused = graveyard.check_removable({"core/rd_mcp_0/d", "core/rd_mcp_0/e"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, EBUSY);
  EXPECT_FALSE(graveyard.check_removable({"core/rd_mcp_0/d"}, "iqn.X:a"));
  EXPECT_TRUE(graveyard.check_removable({"core/rd_mcp_0/d"}, "iqn.x:b")) << "has no command there";
  hold.reset();
  EXPECT_TRUE(graveyard.check_removable({"core/rd_mcp_0/d"}));
  EXPECT_TRUE(graveyard.holds_up()) << "a session is still there";
}

TEST(Graveyard, ClosesADiskWhenNobodyUsesIt) {
  struct Command final : dataplane::TaskSet::Member {
    void admitted() override {}
  };
  dataplane::LateStorage storage;
  auto disk = std::make_shared<dataplane::Disk>();
  disk->backstore = std::make_unique<dataplane::LateBackstore>(storage, 4096);
  Command command;
  ASSERT_TRUE(disk->tasks.enter(command));
  const auto drain = Drain::make();
  auto hold = drain->hold({});
  Graveyard graveyard;
  graveyard.bury(disk, drain);
  graveyard.tend();
  EXPECT_FALSE(storage.closed());
  hold.reset();
  graveyard.tend();
  EXPECT_FALSE(storage.closed()) << "a command is under way";
  disk->tasks.leave(command);
  graveyard.tend();
  EXPECT_TRUE(storage.closed());
}

}  // namespace lunet::control
