// SPDX-License-Identifier: Apache-2.0
// The data plane with a real initiator (libiscsi) over loopback, on every reactor engine.
#include "engine/dataplane/engine.h"

#include <gmock/gmock.h>
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#include <thread>

#include "engine/reactor/engines_test_support.h"

namespace lunet::dataplane {

namespace {

constexpr const char* target = "iqn.2026-11.org.example:t";
constexpr const char* initiator = "iqn.2026-11.org.example:i";
constexpr std::uint64_t disk_bytes = 4 << 20;

struct Session {
  Session(const char* name, const std::string& portal) : context(iscsi_create_context(name)) {
    iscsi_set_targetname(context, target);
    iscsi_set_session_type(context, ISCSI_SESSION_NORMAL);
    iscsi_set_noautoreconnect(context, 1);
    connected = iscsi_full_connect_sync(context, portal.c_str(), 0) == 0;
  }
  ~Session() {
    if (connected) iscsi_logout_sync(context);
    iscsi_destroy_context(context);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  iscsi_context* context;
  bool connected = false;
};

class EngineTest : public testing::TestWithParam<reactor::Engine> {
 protected:
  void SetUp() override {
    auto started = Engine::start({2, GetParam().make});
    ASSERT_TRUE(started) << started.error().message;
    engine_ = std::move(*started);
    disk_ = std::make_shared<Disk>();
    disk_->backstore = std::move(*backstore::open_ram({disk_bytes, false}));
    const auto port = engine_->listen("127.0.0.1:0");
    ASSERT_TRUE(port) << port.error().message;
    portal_ = "127.0.0.1:" + std::to_string(*port);
    publish({0});
  }

  // One target; its only ACL maps the disk at these LUNs.
  void publish(const std::vector<std::uint16_t>& luns) {
    scsi::Unit unit;
    unit.identity.product = "RAMDISK-MCP";
    unit.size_bytes = disk_bytes;
    auto tpg = std::make_shared<Tpg>();
    tpg->target = target;
    tpg->enabled = true;
    tpg->authentication = false;
    tpg->portals = {"127.0.0.1:0"};
    Acl acl;
    for (const std::uint16_t lun : luns) {
      LunMapping mapping;
      mapping.lun = lun;
      mapping.disk = disk_;
      mapping.unit = std::make_shared<const scsi::Unit>(unit);
      acl.luns.push_back(mapping);
    }
    acl.parameters = tpg->parameters;
    tpg->acls[initiator] = std::make_shared<const Acl>(std::move(acl));
    Snapshot snapshot;
    snapshot.targets = std::make_shared<const TargetMap>(TargetMap{{target, {{1, tpg}}}});
    EXPECT_TRUE(engine_->publish(std::move(snapshot))->wait(10000));
  }

  static int write(iscsi_context* context, int lun, std::uint32_t lba, std::vector<std::uint8_t>& data) {
    scsi_task* task = iscsi_write16_sync(context, lun, lba, data.data(),
                                         static_cast<std::uint32_t>(data.size()), 512, 0, 0, 0, 0, 0);
    const int status = task == nullptr ? -1 : task->status;
    scsi_free_scsi_task(task);
    return status;
  }

  static std::vector<std::uint8_t> read(iscsi_context* context, int lun, std::uint32_t lba,
                                        std::uint32_t bytes) {
    scsi_task* task = iscsi_read16_sync(context, lun, lba, bytes, 512, 0, 0, 0, 0, 0);
    std::vector<std::uint8_t> data;
    if (task != nullptr && task->status == SCSI_STATUS_GOOD) {
      data.assign(task->datain.data, task->datain.data + task->datain.size);
    }
    scsi_free_scsi_task(task);
    return data;
  }

  std::unique_ptr<Engine> engine_;
  std::shared_ptr<Disk> disk_;
  std::string portal_;
};

std::vector<std::uint8_t> pattern(std::size_t bytes, unsigned seed) {
  std::vector<std::uint8_t> data(bytes);
  for (auto& byte : data) byte = static_cast<std::uint8_t>((seed = seed * 1103515245U + 12345U) >> 16);
  return data;
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Engines, EngineTest, testing::ValuesIn(reactor::chosen_engines()),
                         reactor::engine_name);

TEST_P(EngineTest, WritesAndReadsBackAllSizes) {
  const Session session(initiator, portal_);
  ASSERT_TRUE(session.connected) << iscsi_get_error(session.context);
  for (const std::size_t bytes : {512U, 4096U, 65536U, 262144U, 1048576U}) {
    auto data = pattern(bytes, static_cast<unsigned>(bytes));
    ASSERT_EQ(write(session.context, 0, 7, data), SCSI_STATUS_GOOD) << bytes;
    EXPECT_EQ(read(session.context, 0, 7, static_cast<std::uint32_t>(bytes)), data) << bytes;
  }
}

TEST_P(EngineTest, RefusesAStranger) {
  const Session session("iqn.2026-11.org.example:stranger", portal_);
  EXPECT_FALSE(session.connected);
}

TEST_P(EngineTest, ListsSessionsAndForgetsThem) {
  {
    const Session session(initiator, portal_);
    ASSERT_TRUE(session.connected);
    const auto all = engine_->sessions();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].initiator_name, initiator);
    EXPECT_THAT(all[0].negotiated, testing::HasSubstr("MaxBurstLength="));
  }
  while (!engine_->sessions().empty()) std::this_thread::yield();
}

TEST_P(EngineTest, AnUnmappedDiskIsIdleWhenThePublicationIsDone) {
  const Session session(initiator, portal_);
  ASSERT_TRUE(session.connected);
  auto data = pattern(65536, 1);
  ASSERT_EQ(write(session.context, 0, 0, data), SCSI_STATUS_GOOD);
  publish({});
  EXPECT_TRUE(disk_->tasks.idle());
  EXPECT_TRUE(read(session.context, 0, 0, 512).empty()) << "never zeros from an unmapped LUN 0";
}

TEST_P(EngineTest, LunResetAnswersAndRaisesAUnitAttention) {
  const Session session(initiator, portal_);
  ASSERT_TRUE(session.connected);
  ASSERT_EQ(iscsi_task_mgmt_lun_reset_sync(session.context, 0), 0) << iscsi_get_error(session.context);
  scsi_task* task = iscsi_testunitready_sync(session.context, 0);
  ASSERT_NE(task, nullptr);
  EXPECT_EQ(task->status, SCSI_STATUS_CHECK_CONDITION);
  EXPECT_EQ(task->sense.ascq, 0x2903);
  scsi_free_scsi_task(task);
}

TEST_P(EngineTest, ManySessionsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (unsigned n = 0; n < 16; ++n) {
    threads.emplace_back([this, n, &good] {
      const Session session(initiator, portal_);
      auto data = pattern(8192, n);
      const std::uint32_t lba = n * 16;
      if (session.connected && write(session.context, 0, lba, data) == SCSI_STATUS_GOOD &&
          read(session.context, 0, lba, 8192) == data) {
        ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 16);
}

TEST_P(EngineTest, ReadsThatAreCutShortDoNotStopTheConnection) {
  const Session session(initiator, portal_);
  ASSERT_TRUE(session.connected);
  for (int n = 0; n < 40; ++n) {
    // READ(10) of 2048 blocks; the initiator takes one: residual overflow.
    unsigned char cdb[10] = {0x28, 0, 0, 0, 0, 0, 0, 0x08, 0, 0};
    scsi_task* task = scsi_create_task(10, cdb, SCSI_XFER_READ, 512);
    ASSERT_EQ(iscsi_scsi_command_sync(session.context, 0, task, nullptr), task);
    EXPECT_EQ(task->status, SCSI_STATUS_GOOD);
    EXPECT_EQ(task->residual_status, SCSI_RESIDUAL_OVERFLOW);
    EXPECT_EQ(task->datain.size, 512);
    scsi_free_scsi_task(task);
  }
}

TEST_P(EngineTest, EndsWithSessionsOpen) {
  const Session session(initiator, portal_);
  ASSERT_TRUE(session.connected);
  engine_.reset();
}

}  // namespace lunet::dataplane
