// SPDX-License-Identifier: Apache-2.0
#include "service/sessions.h"

#include "configfs/model/effects.h"
#include "configfs/model/model.h"
#include "service/service_test_support.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using namespace std::string_literals;
using testing::IsEmpty;
using testing::SizeIs;

/// Files that only an engine fills.
class Filled : public configfs::Effects {
 public:
  Result<> apply(const configfs::Change& change, const configfs::ModelView&) override {
    if (change.file == "kick") kicked = change.value;
    return {};
  }
  void undo(const configfs::Change&, const configfs::ModelView&) override {}
  void publish(std::span<const configfs::Change>, const configfs::ModelView&) override {}
  std::optional<std::string> read(configfs::ObjectKind kind, std::string_view, std::string_view file,
                                  const configfs::ModelView&) override {
    if (kind == configfs::ObjectKind::acl && file == "info" && !info.empty()) return info;
    if (kind == configfs::ObjectKind::tpg && file == "sessions") return sessions;
    if (kind == configfs::ObjectKind::tpg && file == "lun_counters") return lun_counters;
    if (kind == configfs::ObjectKind::tpg && file == "dynamic_sessions") return dynamic;
    if (kind == configfs::ObjectKind::target && file == "fabric_statistics/iscsi_instance/sessions")
      return "3\n";
    if (kind == configfs::ObjectKind::lun && file == "statistics/scsi_tgt_port/in_cmds") return "7\n";
    if (kind == configfs::ObjectKind::lun && file == "statistics/scsi_tgt_port/read_mbytes") return "2\n";
    return std::nullopt;
  }
  std::string info, sessions, lun_counters, dynamic, kicked;
};

constexpr const char* info =
    "InitiatorName: iqn.2026-11.com.example:ini\nInitiatorAlias: box\n"
    "LIO Session ID: 3   ISID: 0x80 12 34 56 00 00  TSIH: 3  SessionType: Normal\n"
    "Session State: TARG_SESS_STATE_LOGGED_IN\n"
    "---------------------[iSCSI Session Values]-----------------------\n"
    "  CmdSN/WR  :  CmdSN/WC  :  ExpCmdSN  :  MaxCmdSN  :     ITT    :     TTT\n"
    "----------------------[iSCSI Connections]-------------------------\n"
    "CID: 0  Connection State: TARG_CONN_STATE_LOGGED_IN\n   Address 192.0.2.9 TCP  StatSN: 0x5\n";

class Sessions : public ServiceFixture {
 protected:
  explicit Sessions(configfs::Flavour flavour = configfs::Flavour::kernel)
      : model_(configfs::make_model_tree(flavour, filled_)) {
    context_.live = model_.get();
    context_.runtime = flavour == configfs::Flavour::kernel ? RuntimeKind::kernel : RuntimeKind::lunetd;
    service_ = make_service(context_);
    tasks_ = make_tasks(context_);
  }
  Filled filled_;
  std::unique_ptr<configfs::Tree> model_;
  std::unique_ptr<Tasks> tasks_;
};

class SessionsOfLunetd : public Sessions {
 protected:
  SessionsOfLunetd() : Sessions(configfs::Flavour::lunetd) {}
};

TEST_F(Sessions, AreReadFromWhatTheKernelSaysOfAnAcl) {
  make_exported();
  EXPECT_THAT(must(tasks_->sessions()), IsEmpty());
  filled_.info = info;
  const auto sessions = must(tasks_->sessions());
  ASSERT_THAT(sessions, SizeIs(1));
  const LoginSession& one = sessions.front();
  EXPECT_EQ(one.sid, "3");
  EXPECT_EQ(one.alias, "box");
  EXPECT_EQ(one.type, "Normal");
  EXPECT_EQ(one.state, "LOGGED_IN");
  EXPECT_EQ(one.address, "192.0.2.9");
  EXPECT_EQ(one.transport, "TCP");
  EXPECT_EQ(one.cid, "0");
  EXPECT_FALSE(one.authenticated);
  ASSERT_THAT(one.luns, SizeIs(1));
  EXPECT_EQ(one.luns.front().storage_object, "ramdisk/rd0");
  EXPECT_FALSE(one.luns.front().traffic);
}

TEST_F(Sessions, AreEndedByTheQueueDepthWhichIsPutBack) {
  make_exported();
  filled_.info = info;
  configfs::RecordTree record(*model_);
  context_.live = &record;
  const auto tasks = make_tasks(context_);
  const auto sessions = must(tasks->sessions());
  must(tasks->kick(sessions.front()));
  std::string operations;
  for (const configfs::Operation& operation : record.changes()) operations += target::text_of(operation);
  const std::string file =
      "iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:ini/cmdsn_depth";
  EXPECT_EQ(operations, "write " + file + " 65\nwrite " + file + " 64\n");
}

TEST_F(SessionsOfLunetd, AreReadFromItsOwnFileWithTraffic) {
  make_exported();
  filled_.sessions =
      "session sid=3 cid=0 acl=1 address=192.0.2.9:50000 initiator=iqn.2026-11.com.example:ini alias=my box\n"
      "lun 0 disk=core/rd_mcp_0/rd0 ro=1 reads=2 writes=1 others=4 read_bytes=8192 write_bytes=512 timed=1 "
      "timed_us=70\n"
      "session sid=12 cid=0 acl=0 address=[2001:db8::1]:50001 initiator=iqn.2026-11.com.example:stranger "
      "alias=\n";
  const auto sessions = must(tasks_->sessions());
  ASSERT_THAT(sessions, SizeIs(2));
  EXPECT_EQ(sessions[0].alias, "my box");
  EXPECT_EQ(sessions[0].address, "192.0.2.9");
  EXPECT_EQ(sessions[0].luns.front().storage_object, "ramdisk/rd0");
  EXPECT_TRUE(sessions[0].luns.front().write_protected);
  EXPECT_EQ(sessions[0].luns.front().traffic->read_bytes, 8192U);
  EXPECT_FALSE(sessions[1].has_acl);
  EXPECT_EQ(sessions[1].address, "[2001:db8::1]");
  must(tasks_->kick(sessions[1]));
  EXPECT_EQ(filled_.kicked, "12");
}

TEST_F(Sessions, AreCountedWithThoseOfStrangersAndWithWhatLioCounts) {
  make_exported();
  filled_.info = info;
  filled_.dynamic = "iqn.2026-11.com.example:stranger\n\0"s;
  const Counters counters = must(tasks_->counters());
  EXPECT_THAT(counters.sessions, SizeIs(1));
  ASSERT_THAT(counters.tpgs, SizeIs(1));
  EXPECT_EQ(counters.tpgs.front().sessions, 3U) << "one initiator may have several";
  ASSERT_THAT(counters.luns, SizeIs(1));
  const LunCounters& lun = counters.luns.front();
  EXPECT_EQ(lun.target, "iqn.2026-11.com.example:t");
  EXPECT_EQ(lun.storage_object, "ramdisk/rd0");
  EXPECT_EQ(lun.commands, 7U);
  EXPECT_EQ(lun.read_bytes, 2U << 20);
  EXPECT_EQ(lun.write_bytes, 0U);
  EXPECT_FALSE(lun.traffic);
  // What LIO counts is of the target, not of one group.
  must(service_->create_tpg("iqn.2026-11.com.example:t", 2));
  EXPECT_EQ(must(tasks_->counters()).tpgs.front().sessions, 2U);
}

TEST_F(SessionsOfLunetd, AreCountedWithWhatWentThroughEachLun) {
  make_exported();
  must(service_->create_ramdisk(ramdisk("rd1")));
  must(service_->create_lun(tpg(), {"rd_mcp", "rd1", 10}));
  filled_.dynamic = "iqn.2026-11.com.example:stranger\n";
  filled_.sessions = "session sid=3 cid=0 acl=0 address=192.0.2.9:50000 initiator=iqn.i alias=\n";
  filled_.lun_counters =
      "lun 0 reads=2 writes=1 others=4 read_bytes=8192 write_bytes=512 timed=1 timed_us=70\n";
  const Counters counters = must(tasks_->counters());
  EXPECT_EQ(counters.tpgs.front().sessions, 1U) << "no one is counted twice";
  ASSERT_THAT(counters.luns, SizeIs(2));
  EXPECT_EQ(counters.luns[0].commands, 7U);
  EXPECT_EQ(counters.luns[0].read_bytes, 8192U);
  EXPECT_EQ(counters.luns[0].write_bytes, 512U);
  EXPECT_EQ(counters.luns[0].traffic->timed_us, 70U);
  EXPECT_EQ(counters.luns[1].lun, 10);
  EXPECT_EQ(counters.luns[1].commands, 0U);
}

TEST_F(SessionsOfLunetd, OfAStrangerTheKernelCannotEndOne) {
  LoginSession stranger;
  stranger.has_acl = false;
  context_.runtime = RuntimeKind::kernel;
  EXPECT_EQ(error_of(make_tasks(context_)->kick(stranger)).errnum, EOPNOTSUPP);
}

}  // namespace
}  // namespace lunet::service
