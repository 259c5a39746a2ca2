// SPDX-License-Identifier: Apache-2.0
// Task attributes and task management through the whole data plane, with a disk that answers late.
#include <gmock/gmock.h>

#include "engine/dataplane/engine.h"
#include "engine/dataplane/late_backstore_test_support.h"
#include "engine/dataplane/raw_session_test_support.h"
#include "engine/reactor/engines_test_support.h"

namespace lunet::dataplane {

namespace {

using Function = iscsi::TaskManagement::Function;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint8_t good = 0x00;
constexpr std::uint8_t check_condition = 0x02;
constexpr std::uint8_t task_aborted = 0x40;

class TaskManagementTest : public testing::TestWithParam<reactor::Engine> {
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
    publish();
  }
  void TearDown() override { storage_.answer_at_once(); }

  void publish() {
    scsi::Unit unit;
    unit.size_bytes = 65536;
    unit.attributes.emulate_tas = emulate_tas_;
    auto tpg = std::make_shared<Tpg>();
    tpg->target = "iqn.2026-11.org.example:t";
    tpg->enabled = true;
    tpg->authentication = false;
    tpg->portals = {"127.0.0.1:0"};
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

  std::unique_ptr<RawSession> log_in(const std::string& name) {
    auto session =
        std::make_unique<RawSession>(port_, "iqn.2026-11.org.example:" + name, "iqn.2026-11.org.example:t");
    session->unit_attentions();
    return session;
  }

  bool emulate_tas_ = true;
  LateStorage storage_;
  std::unique_ptr<Engine> engine_;
  std::shared_ptr<Disk> disk_;
  std::uint16_t port_ = 0;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Engines, TaskManagementTest, testing::ValuesIn(reactor::chosen_engines()),
                         reactor::engine_name);

TEST_P(TaskManagementTest, AnOrderedCommandWaitsAndHoldsWhatComesBehind) {
  const auto session = log_in("a");
  session->read(1, RawSession::simple);
  session->test_unit_ready(2, RawSession::ordered);
  session->test_unit_ready(3, RawSession::simple);
  session->test_unit_ready(4, RawSession::head_of_queue);
  session->inquiry(5);
  EXPECT_EQ(session->status_of(4), good) << "head of queue waits for nothing";
  EXPECT_EQ(session->status_of(5), good) << "nor does INQUIRY";
  storage_.wait_for(1);
  storage_.answer_all();
  EXPECT_EQ(session->status_of(1), good);
  EXPECT_EQ(session->status_of(2), good);
  EXPECT_EQ(session->status_of(3), good);
}

TEST_P(TaskManagementTest, TheTaskSetIsThatOfAllNexuses) {
  const auto a = log_in("a");
  const auto b = log_in("b");
  a->read(1, RawSession::simple);
  storage_.wait_for(1);
  b->test_unit_ready(2, RawSession::ordered);
  b->test_unit_ready(3, RawSession::head_of_queue);
  EXPECT_EQ(b->status_of(3), good);  // so the ordered one has been seen
  a->test_unit_ready(4, RawSession::simple);
  a->test_unit_ready(5, RawSession::head_of_queue);
  EXPECT_EQ(a->status_of(5), good);
  storage_.answer_all();
  EXPECT_EQ(a->status_of(1), good);
  EXPECT_EQ(b->status_of(2), good);
  EXPECT_EQ(a->status_of(4), good);
}

TEST_P(TaskManagementTest, AcaIsRefused) {
  const auto session = log_in("a");
  session->test_unit_ready(1, RawSession::aca);
  const auto answer = session->next();
  EXPECT_EQ(answer.status, check_condition);
  EXPECT_EQ(answer.sense, 0x2400);
}

TEST_P(TaskManagementTest, ACommandThatWaitsForItsTurnCanBeAborted) {
  const auto session = log_in("a");
  session->read(1, RawSession::simple);
  session->read(2, RawSession::ordered);
  session->test_unit_ready(3, RawSession::simple);
  session->manage(4, Function::abort_task, 2);
  EXPECT_EQ(session->response_to(4), 0);
  EXPECT_EQ(session->status_of(3), good) << "nothing ordered is before it any more";
  storage_.wait_for(1);
  storage_.answer_all();
  EXPECT_EQ(session->status_of(1), good);
}

TEST_P(TaskManagementTest, AbortTaskSetEndsTheCommandsOfThisNexusOnly) {
  const auto a = log_in("a");
  const auto b = log_in("b");
  b->read(1, RawSession::simple);
  storage_.wait_for(1);
  a->read(1, RawSession::simple);
  storage_.wait_for(2);
  a->read(2, RawSession::ordered);
  a->read(3, RawSession::simple);
  a->manage(4, Function::abort_task_set);
  a->test_unit_ready(5, RawSession::head_of_queue);
  EXPECT_EQ(a->status_of(5), good) << "it came after the request";
  storage_.answer_all();
  EXPECT_EQ(a->response_to(4), 0) << "and no status of the aborted ones";
  EXPECT_EQ(b->status_of(1), good);
  EXPECT_THAT(a->unit_attentions(), IsEmpty());
  EXPECT_THAT(b->unit_attentions(), IsEmpty());
}

TEST_P(TaskManagementTest, ClearTaskSetEndsTheCommandsOfAllNexuses) {
  const auto a = log_in("a");
  const auto b = log_in("b");
  a->read(1, RawSession::simple);
  b->read(1, RawSession::simple);
  storage_.wait_for(2);
  b->read(2, RawSession::ordered);
  b->test_unit_ready(3, RawSession::head_of_queue);
  EXPECT_EQ(b->status_of(3), good);
  a->manage(2, Function::clear_task_set);
  EXPECT_EQ(b->status_of(2), task_aborted) << "it waited for its turn";
  storage_.answer_all();
  EXPECT_EQ(b->status_of(1), task_aborted);
  EXPECT_EQ(a->response_to(2), 0);
  EXPECT_THAT(a->unit_attentions(), IsEmpty());
  EXPECT_THAT(b->unit_attentions(), IsEmpty()) << "the status has told";
}

TEST_P(TaskManagementTest, ClearTaskSetWithoutTaskAbortedStatusRaisesAUnitAttention) {
  emulate_tas_ = false;
  publish();
  const auto a = log_in("a");
  const auto b = log_in("b");
  b->read(1, RawSession::simple);
  storage_.wait_for(1);
  a->manage(1, Function::clear_task_set);
  EXPECT_EQ(b->next_unit_attention(), 0x2F00);
  storage_.answer_all();
  EXPECT_EQ(a->response_to(1), 0);
  b->manage(2, Function::clear_aca);
  EXPECT_EQ(b->response_to(2), 5) << "not supported: there is no ACA";
  EXPECT_THAT(a->unit_attentions(), IsEmpty());
}

TEST_P(TaskManagementTest, AWarmResetResetsTheLunsOfTheInitiator) {
  const auto a = log_in("a");
  const auto b = log_in("b");
  b->read(1, RawSession::simple);
  storage_.wait_for(1);
  a->manage(1, Function::warm_reset);
  EXPECT_EQ(b->next_unit_attention(), 0x2903);
  storage_.answer_all();
  EXPECT_EQ(a->response_to(1), 0);
  EXPECT_EQ(b->status_of(1), task_aborted);
  EXPECT_THAT(a->unit_attentions(), ElementsAre(0x2903));
  a->manage(2, Function::cold_reset);
  EXPECT_EQ(a->response_to(2), 6) << "it would end the sessions of others";
}

TEST_P(TaskManagementTest, TwoResetsAreBothAnsweredAfterTheLastCommand) {
  const auto a = log_in("a");
  const auto b = log_in("b");
  a->read(1, RawSession::simple);
  storage_.wait_for(1);
  a->manage(2, Function::lun_reset);
  b->manage(2, Function::lun_reset);
  a->test_unit_ready(3, RawSession::head_of_queue);
  EXPECT_EQ(a->status_of(3), check_condition) << "29/03, and no answer to the reset before it";
  storage_.answer_all();
  EXPECT_EQ(a->response_to(2), 0);
  EXPECT_EQ(b->response_to(2), 0);
}

TEST_P(TaskManagementTest, AConnectionThatBreaksTakesItsWaitingCommandsAlong) {
  auto a = log_in("a");
  const auto b = log_in("b");
  b->read(1, RawSession::simple);
  storage_.wait_for(1);
  a->read(1, RawSession::ordered);
  a->test_unit_ready(2, RawSession::head_of_queue);
  EXPECT_EQ(a->status_of(2), good);
  a.reset();
  b->test_unit_ready(2, RawSession::simple);
  EXPECT_EQ(b->status_of(2), good) << "the ordered command is gone";
  storage_.answer_all();
  EXPECT_EQ(b->status_of(1), good);
}

TEST_P(TaskManagementTest, TheEndSaysWhatItWaitsFor) {
  const auto session = log_in("a");
  session->read(1, RawSession::simple);
  storage_.wait_for(1);
  const auto drain = engine_->begin_stop();
  EXPECT_FALSE(drain->wait(20));
  const auto uses = drain->uses();
  EXPECT_TRUE(
      std::any_of(uses.begin(), uses.end(), [](const auto& use) { return use.disk == "core/rd_mcp_0/d"; }));
  storage_.answer_all();
  EXPECT_TRUE(drain->wait(60000));
  engine_.reset();
}

}  // namespace lunet::dataplane
