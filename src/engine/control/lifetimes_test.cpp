// SPDX-License-Identifier: Apache-2.0
// When removals answer (docs/lifetimes.md): the tree, the engine and an initiator, with a disk that answers
// late.
#include <gmock/gmock.h>
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#include <future>
#include <thread>

#include "configfs/model/model.h"
#include "engine/control/control.h"
#include "engine/dataplane/late_backstore_test_support.h"
#include "engine/reactor/engines_test_support.h"

namespace lunet::control {
namespace {

using configfs::Operation;
using configfs::Verb;
using testing::HasSubstr;

constexpr const char* target = "iqn.2026-11.org.example:t";
constexpr const char* initiator = "iqn.2026-11.org.example:i";
constexpr const char* late_disk = "core/rd_mcp_0/late";

const std::string tpg = std::string("iscsi/") + target + "/tpgt_1";
const std::string lun = tpg + "/lun/lun_0";
const std::string acl = tpg + "/acls/" + initiator;
const std::string mapped = acl + "/lun_0";

/// A session of libiscsi that may have one command on its way; at its end the storage answers everything.
class Initiator {
 public:
  Initiator(const std::string& portal, dataplane::LateStorage& storage)
      : context_(iscsi_create_context(initiator)), storage_(storage) {
    iscsi_set_targetname(context_, target);
    iscsi_set_session_type(context_, ISCSI_SESSION_NORMAL);
    iscsi_set_noautoreconnect(context_, 1);
    EXPECT_EQ(iscsi_full_connect_sync(context_, portal.c_str(), 0), 0) << iscsi_get_error(context_);
    while (test_unit_ready() == SCSI_STATUS_CHECK_CONDITION) continue;
  }
  ~Initiator() {
    storage_.answer_at_once();
    if (reading_.valid()) reading_.wait();
    iscsi_destroy_context(context_);
  }
  Initiator(const Initiator&) = delete;
  Initiator& operator=(const Initiator&) = delete;

  int test_unit_ready() {
    scsi_task* task = iscsi_testunitready_sync(context_, 0);
    const int status = task == nullptr ? -1 : task->status;
    sense_ = task == nullptr ? 0 : task->sense.ascq;
    scsi_free_scsi_task(task);
    return status;
  }
  /// Of standard INQUIRY data.
  int inquiry_byte(std::size_t index) {
    scsi_task* task = iscsi_inquiry_sync(context_, 0, 0, 0, 36);
    const int byte = task == nullptr || task->datain.size < 36 ? -1 : task->datain.data[index];
    scsi_free_scsi_task(task);
    return byte;
  }
  void start_read() {
    reading_ = std::async(std::launch::async, [this] {
      scsi_task* task = iscsi_read10_sync(context_, 0, 0, 512, 512, 0, 0, 0, 0, 0);
      const int status = task == nullptr ? -1 : task->status;
      scsi_free_scsi_task(task);
      return status;
    });
  }
  /// SAM-5 status; SCSI_STATUS_CANCELLED: the connection was cut.
  int read_status() { return reading_.get(); }
  [[nodiscard]] int sense() const { return sense_; }

 private:
  iscsi_context* context_;
  dataplane::LateStorage& storage_;
  std::future<int> reading_;
  int sense_ = 0;
};

class Lifetimes : public testing::TestWithParam<reactor::Engine> {
 protected:
  explicit Lifetimes(std::uint64_t settle_ms = 60000) : settle_ms_(settle_ms) {}
  void SetUp() override {
    auto started = dataplane::Engine::start({2, GetParam().make});
    ASSERT_TRUE(started) << started.error().message;
    engine_ = *std::move(started);
    start_control();
    make({"core/rd_mcp_0", late_disk, "iscsi", std::string("iscsi/") + target, tpg});
    write(std::string(late_disk) + "/control", "rd_pages=16");
    write(std::string(late_disk) + "/enable", "1");
    make({lun});
    link(lun + "/l", late_disk);
    make({acl, mapped});
    link(mapped + "/l", lun);
    write(tpg + "/attrib/authentication", "0");
    make({tpg + "/np/127.0.0.1:0"});
    write(tpg + "/enable", "1");
    portal_ = "127.0.0.1:" + std::to_string(engine_->port("127.0.0.1:0"));
  }
  void start_control() {
    ControlOptions options;
    options.settle_ms = settle_ms_;
    options.open = [this](const std::string& path, const configfs::ModelView&,
                          const std::vector<backstore::Holding>&) -> SlowCalls::Open {
      return [this, path] {
        return SlowCalls::Opened(
            std::make_unique<dataplane::LateBackstore>(path == late_disk ? storage_ : other_storage_, 65536));
      };
    };
    control_ = std::make_unique<Control>(*engine_, options);
    tree_ = configfs::make_model_tree(configfs::Flavour::lunetd, *control_);
  }
  void make(const std::vector<std::string>& paths) {
    for (const auto& path : paths) {
      const auto made = tree_->make_dir(path);
      ASSERT_TRUE(made) << made.error().message;
    }
  }
  void write(const std::string& path, std::string_view text) {
    const auto written = tree_->write(path, text);
    ASSERT_TRUE(written) << written.error().message;
  }
  void link(const std::string& path, const std::string& to) {
    const auto linked = tree_->link(path, to);
    ASSERT_TRUE(linked) << linked.error().message;
  }
  bool is_linked(const std::string& folder) {
    const auto entries = tree_->list(folder);
    return entries && std::any_of(entries->begin(), entries->end(),
                                  [](const auto& entry) { return entry.kind == configfs::EntryKind::link; });
  }

  /// What the tests' changes change.
  std::string look() {
    std::string seen = is_linked(mapped) ? "linked " : "";
    for (const std::string& file : {tpg + "/enable", mapped + "/write_protect"}) {
      const auto text = tree_->read(file);
      seen += text ? *text : "gone ";
    }
    return seen;
  }

  /// Runs the verb while one command is with the storage; says whether it answered before that was let go.
  template <class VerbCall>
  Result<> run_beside_a_command(Initiator& session, VerbCall verb, bool& too_early) {
    const std::string before = look();
    session.start_read();
    storage_.wait_for(1);
    auto answer = std::async(std::launch::async, verb);
    // Everybody else can read the tree meanwhile, and that takes every worker's answer: once a reader sees
    // the change, this makes sure that they have left the old snapshot.
    while (look() == before) std::this_thread::yield();
    EXPECT_TRUE(tree_->read(acl + "/info"));
    too_early = answer.wait_for(std::chrono::milliseconds(20)) == std::future_status::ready;
    EXPECT_TRUE(tree_->read_tree("iscsi", {}));
    storage_.answer_all();
    return answer.get();
  }

  const std::uint64_t settle_ms_;
  dataplane::LateStorage storage_;
  dataplane::LateStorage other_storage_;  ///< of all other disks
  std::unique_ptr<dataplane::Engine> engine_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<configfs::Tree> tree_;
  std::string portal_;
};

class HungStorage : public Lifetimes {
 protected:
  HungStorage() : Lifetimes(3000) {}  // enough for workers that are only slow
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Engines, Lifetimes, testing::ValuesIn(reactor::chosen_engines()),
                         reactor::engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, HungStorage, testing::ValuesIn(reactor::chosen_engines()),
                         reactor::engine_name);

TEST_P(Lifetimes, UnlinkingAMappedLunWaitsForItsCommands) {
  Initiator session(portal_, storage_);
  bool too_early = false;
  const auto done = run_beside_a_command(session, [this] { return tree_->unlink(mapped + "/l"); }, too_early);
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_FALSE(too_early);
  EXPECT_EQ(session.read_status(), SCSI_STATUS_TASK_ABORTED);
}

TEST_P(Lifetimes, DisablingTheTpgWaitsForTheCommandsOfItsSessions) {
  Initiator session(portal_, storage_);
  bool too_early = false;
  const auto done =
      run_beside_a_command(session, [this] { return tree_->write(tpg + "/enable", "0"); }, too_early);
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_FALSE(too_early);
  EXPECT_EQ(session.read_status(), SCSI_STATUS_CANCELLED);
  EXPECT_TRUE(engine_->sessions().empty());
}

TEST_P(Lifetimes, WriteProtectionWaitsForCommandsThatCameBefore) {
  Initiator session(portal_, storage_);
  bool too_early = false;
  const auto done = run_beside_a_command(
      session, [this] { return tree_->write(mapped + "/write_protect", "1"); }, too_early);
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_FALSE(too_early);
  EXPECT_EQ(session.read_status(), SCSI_STATUS_GOOD);
}

TEST_P(Lifetimes, ADiskIsClosedWhenItsRemovalAnswers) {
  Initiator session(portal_, storage_);
  bool too_early = false;
  const std::vector<Operation> removal = {{Verb::unlink, mapped + "/l", {}},
                                          {Verb::remove_dir, mapped, {}},
                                          {Verb::unlink, lun + "/l", {}},
                                          {Verb::remove_dir, lun, {}},
                                          {Verb::remove_dir, late_disk, {}}};
  const auto done = run_beside_a_command(
      session,
      [&]() -> Result<> {
        auto result = tree_->batch(removal);
        if (!result) return result.failure->error;
        return {};
      },
      too_early);
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_FALSE(too_early);
  EXPECT_TRUE(storage_.closed());
  EXPECT_EQ(session.read_status(), SCSI_STATUS_TASK_ABORTED);
}

TEST_P(Lifetimes, ARemovalThatIsUndoneLeavesTheDiskAsItWas) {
  const std::string second = tpg + "/lun/lun_1";
  make({second});
  link(second + "/l", late_disk);
  const std::vector<Operation> removal = {
      {Verb::unlink, mapped + "/l", {}}, {Verb::remove_dir, mapped, {}},     {Verb::unlink, lun + "/l", {}},
      {Verb::remove_dir, lun, {}},       {Verb::unlink, second + "/l", {}},  {Verb::remove_dir, second, {}},
      {Verb::remove_dir, late_disk, {}}, {Verb::remove_dir, "core/no_9", {}}};
  ASSERT_FALSE(tree_->batch(removal));
  write(mapped + "/write_protect", "1");  // which looks at the ACL, not at the disk
  Initiator session(portal_, storage_);
  EXPECT_EQ(session.inquiry_byte(6) & 0x10, 0x10) << "MULTIP: two LUNs show it";
  EXPECT_FALSE(storage_.closed());
}

TEST_P(HungStorage, ARemovalThatHangsIsTakenBackAndTheNextOneFailsAtOnce) {
  Initiator session(portal_, storage_);
  session.start_read();
  storage_.wait_for(1);
  const auto first = tree_->unlink(mapped + "/l");
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().errnum, ETIMEDOUT);
  EXPECT_THAT(first.error().message, HasSubstr(mapped));
  EXPECT_THAT(first.error().message, HasSubstr(std::string(late_disk) + ": 1 command of " + initiator));
  EXPECT_FALSE(storage_.closed());
  EXPECT_TRUE(is_linked(mapped)) << "nothing was changed";

  const auto second = tree_->unlink(mapped + "/l");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().errnum, EBUSY);
  // What has nothing to do with it goes on.
  make({"core/rd_mcp_0/other"});

  storage_.answer_at_once();
  EXPECT_EQ(session.read_status(), SCSI_STATUS_TASK_ABORTED);
  const auto third = tree_->unlink(mapped + "/l");
  EXPECT_TRUE(third) << third.error().message;
}

TEST_P(HungStorage, WhatTheFailedBatchBroughtIsGoneAgain) {
  Initiator session(portal_, storage_);
  session.start_read();
  storage_.wait_for(1);
  const std::string other = "core/rd_mcp_0/other";
  const std::vector<Operation> exchange = {{Verb::make_dir, other, {}},
                                           {Verb::write, other + "/control", "rd_pages=16"},
                                           {Verb::write, other + "/enable", "1"},
                                           {Verb::unlink, lun + "/l", {}},
                                           {Verb::link, lun + "/l", other}};
  const auto result = tree_->batch(exchange);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, 3U);
  EXPECT_EQ(result.answers.size(), 3U);
  EXPECT_FALSE(tree_->list(other));
  EXPECT_TRUE(other_storage_.closed());
  EXPECT_FALSE(storage_.closed());
  // The LUN is what it was.
  storage_.answer_at_once();
  session.read_status();
  while (session.test_unit_ready() == SCSI_STATUS_CHECK_CONDITION) ASSERT_EQ(session.sense(), 0x3F0E);
  session.start_read();
  EXPECT_EQ(session.read_status(), SCSI_STATUS_GOOD);
}

TEST_P(HungStorage, AnotherLunIsRemovedAllTheSame) {
  Initiator session(portal_, storage_);
  session.start_read();
  storage_.wait_for(1);
  ASSERT_FALSE(tree_->unlink(mapped + "/l"));
  const std::string other = "core/rd_mcp_0/other";
  make({other});
  write(other + "/control", "rd_pages=16");
  write(other + "/enable", "1");
  make({tpg + "/lun/lun_1", acl + "/lun_1"});
  link(tpg + "/lun/lun_1/l", other);
  link(acl + "/lun_1/l", tpg + "/lun/lun_1");
  for (const std::string& path : {acl + "/lun_1", tpg + "/lun/lun_1"}) {
    const auto unlinked = tree_->unlink(path + "/l");
    EXPECT_TRUE(unlinked) << unlinked.error().message;
    EXPECT_TRUE(tree_->remove_dir(path));
  }
  EXPECT_TRUE(tree_->remove_dir(other));
  EXPECT_TRUE(other_storage_.closed());
}

}  // namespace lunet::control
