// SPDX-License-Identifier: Apache-2.0
// Reservations and access states through the whole data plane: what one session does, the others feel.
#include <gmock/gmock.h>

#include "engine/dataplane/engine.h"
#include "engine/dataplane/late_backstore_test_support.h"
#include "engine/dataplane/raw_session_test_support.h"
#include "engine/reactor/engines_test_support.h"
#include "engine/scsi/nexus.h"

namespace lunet::dataplane {

namespace {

constexpr std::uint8_t status_good = 0x00;
constexpr std::uint8_t status_conflict = 0x18;
constexpr std::uint8_t status_aborted = 0x40;

class ReservationsTest : public testing::TestWithParam<reactor::Engine> {
 protected:
  void SetUp() override {
    auto started = Engine::start({2, GetParam().make});
    ASSERT_TRUE(started) << started.error().message;
    engine_ = *std::move(started);
    const auto port = engine_->listen("127.0.0.1:0");
    ASSERT_TRUE(port) << port.error().message;
    port_ = *port;
    disk_ = std::make_shared<Disk>();
    disk_->path = "core/rd_mcp_0/d";
    disk_->backstore = std::make_unique<LateBackstore>(storage_, 65536);
    auto tpg = std::make_shared<Tpg>();
    tpg->target = "iqn.2026-11.org.example:t";
    tpg->enabled = true;
    tpg->authentication = false;
    tpg->portals = {"127.0.0.1:0"};
    scsi::Unit unit;
    unit.size_bytes = 65536;
    for (const char* name : {"iqn.2026-11.org.example:a", "iqn.2026-11.org.example:b"}) {
      LunMapping mapping;
      mapping.disk = disk_;
      mapping.unit = std::make_shared<const scsi::Unit>(unit);
      Acl acl;
      acl.luns = {mapping};
      tpg->acls[name] = std::make_shared<const Acl>(std::move(acl));
    }
    Snapshot snapshot;
    snapshot.targets = std::make_shared<const TargetMap>(TargetMap{{tpg->target, {{1, tpg}}}});
    ASSERT_TRUE(engine_->publish(std::move(snapshot))->wait(60000));
  }
  void TearDown() override { storage_.answer_at_once(); }

  std::unique_ptr<RawSession> log_in(const std::string& name) {
    auto session =
        std::make_unique<RawSession>(port_, "iqn.2026-11.org.example:" + name, "iqn.2026-11.org.example:t");
    session->unit_attentions();
    return session;
  }

  LateStorage storage_;
  std::shared_ptr<Disk> disk_;
  std::unique_ptr<Engine> engine_;
  std::uint16_t port_ = 0;
};

}  // namespace

TEST_P(ReservationsTest, KeepOthersOutAndTellThemWhatHappened) {
  storage_.answer_at_once();
  const auto a = log_in("a");
  const auto b = log_in("b");
  a->persistent_out(1, 0, 0, 5);
  EXPECT_EQ(a->status_of(1), status_good);
  a->persistent_out(2, 1, 5, 0, 3);  // exclusive access
  EXPECT_EQ(a->status_of(2), status_good);
  b->read(3, RawSession::simple);
  EXPECT_EQ(b->status_of(3), status_conflict);
  b->persistent_out(4, 0, 0, 6);
  EXPECT_EQ(b->status_of(4), status_good);
  a->persistent_out(5, 3, 5, 0);  // clear
  EXPECT_EQ(a->status_of(5), status_good);
  EXPECT_THAT(b->unit_attentions(), testing::ElementsAre(scsi::ua_reservations_preempted));
  b->read(6, RawSession::simple);
  EXPECT_EQ(b->next().opcode, iscsi::Opcode::data_in);
}

TEST_P(ReservationsTest, PreemptAndAbortEndsWhatThePreemptedHasUnderWay) {
  const auto a = log_in("a");
  const auto b = log_in("b");
  a->persistent_out(1, 0, 0, 5);
  ASSERT_EQ(a->status_of(1), status_good);
  b->persistent_out(2, 0, 0, 6);
  ASSERT_EQ(b->status_of(2), status_good);
  a->read(3, RawSession::simple);
  storage_.wait_for(1);
  b->persistent_out(4, 5, 6, 5, 1);  // preempt and abort
  // On the same connection this is answered when the preemption is under way.
  b->inquiry(6);
  EXPECT_EQ(b->next().tag, 6U);
  a->inquiry(5);
  storage_.answer_at_once();
  EXPECT_EQ(b->status_of(4), status_good);
  std::vector<std::uint8_t> statuses;
  for (int answers = 0; answers < 2; ++answers) {
    const auto answer = a->next();
    if (answer.tag == 3) statuses.push_back(answer.status);
  }
  EXPECT_THAT(statuses, testing::ElementsAre(status_aborted));
  EXPECT_THAT(a->unit_attentions(), testing::ElementsAre(scsi::ua_registrations_preempted));
}

TEST_P(ReservationsTest, OfReserveEndWithTheSessionAndWithALunReset) {
  storage_.answer_at_once();
  auto a = log_in("a");
  const auto b = log_in("b");
  a->plain(1, 0x16);
  ASSERT_EQ(a->status_of(1), status_good);
  b->test_unit_ready(2, RawSession::simple);
  EXPECT_EQ(b->status_of(2), status_conflict);
  a.reset();
  for (std::uint32_t tag = 10;; ++tag) {
    b->plain(tag, 0x16);
    if (b->status_of(tag) == status_good) break;
  }
  b->manage(3, iscsi::TaskManagement::Function::lun_reset);
  EXPECT_EQ(b->response_to(3), 0);
  EXPECT_EQ(disk_->logical_unit.reservations.reserved_by(), std::nullopt);
}

TEST_P(ReservationsTest, CommandsThatChangeThemTakeTurns) {
  storage_.answer_at_once();
  const auto a = log_in("a");
  const auto b = log_in("b");
  for (std::uint32_t round = 0; round < 50; ++round) {
    a->persistent_out(2 * round, 6, 0, static_cast<std::uint8_t>(1 + round));
    b->persistent_out(2 * round, 6, 0, static_cast<std::uint8_t>(101 + round));
  }
  for (std::uint32_t round = 0; round < 50; ++round) {
    EXPECT_EQ(a->status_of(2 * round), status_good);
    EXPECT_EQ(b->status_of(2 * round), status_good);
  }
  EXPECT_EQ(disk_->logical_unit.reservations.state().registrations.size(), 2U);
  EXPECT_EQ(disk_->logical_unit.reservations.state().generation, 100U);
}

TEST_P(ReservationsTest, WhatTheTargetDoesByItselfTheNextCommandIsTold) {
  const auto a = log_in("a");
  constexpr int times = 300;
  for (int i = 0; i < times; ++i) {
    engine_->spread(disk_, {.to_others = scsi::ua_access_state_changed});
    ASSERT_THAT(a->unit_attentions(), testing::Contains(scsi::ua_access_state_changed))
        << "after change " << i;
  }
}

TEST_P(ReservationsTest, AccessStatesAreFeltByTheOthers) {
  storage_.answer_at_once();
  const auto a = log_in("a");
  const auto b = log_in("b");
  a->write(1, {0xA4, 0x0A, 0, 0, 0, 0, 0, 0, 0, 8}, std::string("\0\0\0\0\x02\0\0\0", 8));
  EXPECT_EQ(a->status_of(1), status_good);
  b->test_unit_ready(2, RawSession::simple);
  EXPECT_EQ(b->next().sense, scsi::ua_access_state_changed);
  b->test_unit_ready(3, RawSession::simple);
  EXPECT_EQ(b->next().sense, 0x040B);
  a->test_unit_ready(4, RawSession::simple);
  EXPECT_EQ(a->next().sense, 0x040B);
}

INSTANTIATE_TEST_SUITE_P(Engines, ReservationsTest, testing::ValuesIn(reactor::engines()),
                         reactor::engine_name);

}  // namespace lunet::dataplane
