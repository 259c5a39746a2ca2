// SPDX-License-Identifier: Apache-2.0
// What an I/O costs in system calls, counted by the reactors themselves: a gate that does not depend on the
// machine. 32 reads that arrive together are received together and answered together.
#include <gmock/gmock.h>

#include "engine/dataplane/engine.h"
#include "engine/dataplane/raw_session_test_support.h"
#include "engine/reactor/engines_test_support.h"

namespace lunet::dataplane {

namespace {

class CostTest : public testing::TestWithParam<reactor::Engine> {
 protected:
  void SetUp() override {
    auto started = Engine::start({1, GetParam().make});
    ASSERT_TRUE(started) << started.error().message;
    engine_ = *std::move(started);
    const auto port = engine_->listen("127.0.0.1:0");
    ASSERT_TRUE(port) << port.error().message;
    auto disk = std::make_shared<Disk>();
    disk->path = "core/rd_mcp_0/d";
    disk->backstore = *backstore::open_ram({1 << 20, false});
    auto tpg = std::make_shared<Tpg>();
    tpg->target = "iqn.2026-11.org.example:t";
    tpg->enabled = true;
    tpg->authentication = false;
    tpg->portals = {"127.0.0.1:0"};
    scsi::Unit unit;
    unit.size_bytes = 1 << 20;
    LunMapping mapping;
    mapping.disk = disk;
    mapping.unit = std::make_shared<const scsi::Unit>(unit);
    Acl acl;
    acl.luns = {mapping};
    tpg->acls["iqn.2026-11.org.example:a"] = std::make_shared<const Acl>(std::move(acl));
    Snapshot snapshot;
    snapshot.targets = std::make_shared<const TargetMap>(TargetMap{{tpg->target, {{1, tpg}}}});
    ASSERT_TRUE(engine_->publish(std::move(snapshot))->wait(60000));
    session_ = std::make_unique<RawSession>(*port, "iqn.2026-11.org.example:a", "iqn.2026-11.org.example:t");
    session_->unit_attentions();
  }

  // System calls a read, with `depth` of them under way.
  double system_calls(std::uint32_t depth, std::uint32_t rounds) {
    session_->read_together(0, depth);
    const auto before = engine_->counters();
    for (std::uint32_t round = 0; round < rounds; ++round) session_->read_together(0, depth);
    const auto after = engine_->counters();
    return static_cast<double>(after.system_calls - before.system_calls) / (depth * rounds);
  }

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<RawSession> session_;
};

}  // namespace

TEST_P(CostTest, ReadsThatArriveTogetherShareTheirSystemCalls) {
  EXPECT_LT(system_calls(32, 200), 0.25);
}

TEST_P(CostTest, ALoneReadTakesFew) {
  EXPECT_LT(system_calls(1, 500), 6);
}

INSTANTIATE_TEST_SUITE_P(Engines, CostTest, testing::ValuesIn(reactor::engines()), reactor::engine_name);

}  // namespace lunet::dataplane
