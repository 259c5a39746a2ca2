// SPDX-License-Identifier: Apache-2.0
#include "target/kept_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "configfs/model/memory_tree.h"
#include "configfs/record_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

constexpr std::string_view slow_standby = "tg_pt_gp_id=16\nalua_access_state=0x02\nalua_access_status=0x01\n";
constexpr std::string_view wwn = "iqn.2026-11.com.example:t";

TEST(KeptStates, HaveTheNamesThatTheKernelGivesThem) {
  EXPECT_EQ(group_state_file("serial-1", "slow"), "tpgs_serial-1/slow");
  EXPECT_EQ(lun_state_file("iscsi/iqn.2026-11.com.example:t/tpgt_3/lun/lun_7"),
            "iSCSI/iqn.2026-11.com.example:t+3/lun_7");
  EXPECT_EQ(lun_state_file("loopback/naa.5001405000000001/tpgt_1/lun/lun_0"),
            "loopback/naa.5001405000000001+1/lun_0");
  EXPECT_EQ(lun_state_file("vhost/fc.21/tpgt_1/lun/lun_0"), "vhost/21+1/lun_0");
  EXPECT_EQ(lun_state_file("usb_gadget/naa.21/tpgt_1/lun/lun_0"), "usb_gadget/21+1/lun_0");
  EXPECT_EQ(lun_state_file("qla2xxx/21:00:00:24:ff:31:4c:48/tpgt_1/lun/lun_0"),
            "qla2xxx/naa.21000024ff314c48+1/lun_0");
  EXPECT_EQ(lun_state_file("efct/21:00/tpgt_1/lun/lun_0"), "efct/naa.21:00+1/lun_0");
}

TEST(KeptStates, NamesThatLeadElsewhereHaveNone) {
  EXPECT_EQ(group_state_file("", "slow"), "");
  EXPECT_EQ(group_state_file("/../../etc", "slow"), "");
  EXPECT_EQ(group_state_file("a/b", "slow"), "");
  EXPECT_EQ(group_state_file("serial-1", ".."), "");
  EXPECT_EQ(group_state_file("serial-1", "../other"), "");
  EXPECT_EQ(group_state_file(std::string(254, 's'), "slow"), "");
  EXPECT_EQ(lun_state_file("../iqn.t/tpgt_1/lun/lun_0"), "");
  EXPECT_EQ(lun_state_file("iscsi/iqn.t/tpgt_1/lun/.."), "");
  EXPECT_EQ(lun_state_file("iscsi/a/../b/tpgt_1/lun/lun_0"), "");
  EXPECT_EQ(lun_state_file("core/rd_mcp_0/r/alua/slow"), "");
}

TEST(KeptStates, AreReadAsTheKernelWritesThem) {
  EXPECT_EQ(group_state_text(16, 2, 1), slow_standby);
  EXPECT_THAT(group_state_in(slow_standby, 16), Optional(std::string("2")));
  EXPECT_THAT(group_state_in(group_state_text(0, 14, 2), 0), Optional(std::string("14")));
  EXPECT_EQ(lun_state_text(1, 2), "alua_tg_pt_offline=1\nalua_tg_pt_status=0x02\n");
  EXPECT_THAT(lun_state_in(lun_state_text(1, 2)), Optional(std::string("1")));
  EXPECT_THAT(lun_state_in(lun_state_text(0, 1)), Optional(std::string("0")));
}

TEST(KeptStates, OfADamagedFileThereIsNone) {
  EXPECT_FALSE(group_state_in("", 16));  // as a crash leaves it, between truncating and writing
  EXPECT_FALSE(group_state_in(slow_standby.substr(0, slow_standby.size() - 1), 16));
  EXPECT_FALSE(group_state_in(slow_standby.substr(0, 30), 16));
  EXPECT_FALSE(group_state_in(std::string(slow_standby) + "more\n", 16));
  EXPECT_FALSE(group_state_in(slow_standby, 17)) << "another group had that name";
  EXPECT_FALSE(group_state_in(group_state_text(16, 15, 2), 16)) << "in transition";
  EXPECT_FALSE(group_state_in(group_state_text(16, 9, 2), 16));
  EXPECT_FALSE(group_state_in("tg_pt_gp_id=16\nalua_access_state=0x\nalua_access_status=0x01\n", 16));
  EXPECT_FALSE(group_state_in("tg_pt_gp_id=16\nalua_access_state=-2\nalua_access_status=0x01\n", 16));
  EXPECT_FALSE(lun_state_in("alua_tg_pt_offline=2\nalua_tg_pt_status=0x02\n"));
  EXPECT_FALSE(lun_state_in("alua_tg_pt_offline=1\n"));
}

class KeptStatesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = testing::TempDir() + "/lunet-kept-states-XXXXXX";
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    dbroot_ = made;
    folder_ = dbroot_ / "alua";
    fs::create_directory(folder_);
    ASSERT_TRUE(memory_->write("dbroot", made));
  }
  void TearDown() override { fs::remove_all(dbroot_); }
  void save(const std::string& file, std::string_view text) const {
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }
  static config::Tree with_group(const std::string& values) {
    return tree_of("storage rd_mcp disk r { size 4096; hba 0; wwn serial-1; alua { group_16_name slow; " +
                   values + " }; }");
  }
  static config::Tree with_lun(const std::string& values) {
    return tree_of(
        fmt::format("storage rd_mcp disk r {{ size 4096; hba 0; wwn serial-1; }}\n"
                    "fabric iscsi target {} tpgt 1 lun 0 {{ backend rd_mcp:r; alias a; {} }}",
                    wwn, values));
  }
  /// The writes to files of that group or LUN, but for its number.
  std::vector<std::string> writes_of(const config::Tree& from, const config::Tree& to,
                                     std::string_view directory, const config::Tree* recorded = nullptr) {
    record_.clear();
    const auto plan = make_plan(from, to, record_, {.recorded = recorded});
    EXPECT_TRUE(plan);
    if (!plan) return {};
    const auto applied = apply(record_, *plan);
    EXPECT_TRUE(applied) << applied.error().message;
    std::vector<std::string> writes;
    for (const auto& operation : record_.changes()) {
      const std::string file = operation.path.substr(operation.path.rfind('/') + 1);
      const bool wanted = operation.verb == configfs::Verb::write &&
                          operation.path == fmt::format("{}/{}", directory, file) && file != "tg_pt_gp_id";
      if (wanted) writes.push_back(file + " " + operation.text);
    }
    return writes;
  }

  fs::path dbroot_;
  fs::path folder_;
  std::unique_ptr<configfs::Tree> memory_ = configfs::make_memory_tree(configfs::Flavour::kernel);
  SteppingTree kernel_{*memory_};
  configfs::RecordTree record_{kernel_};
  const std::string group_ = "core/rd_mcp_0/r/alua/slow";
  const std::string lun_ = fmt::format("iscsi/{}/tpgt_1/lun/lun_0", wwn);
};

TEST_F(KeptStatesTest, TheKeptStateGoesBeforeTheRecordedOneAndTheSwitchIsLast) {
  save("tpgs_serial-1/slow", slow_standby);
  EXPECT_THAT(
      writes_of({}, with_group("group_16_alua_access_state 1; group_16_alua_write_metadata yes;"), group_),
      ElementsAre("alua_access_state 2", "alua_write_metadata 1"));
}

TEST_F(KeptStatesTest, WithoutTheSwitchOrAWholeFileTheRecordedStateCounts) {
  save("tpgs_serial-1/slow", slow_standby);
  EXPECT_THAT(writes_of({}, with_group("group_16_alua_access_state 1;"), group_),
              ElementsAre("alua_access_state 1"));
  const config::Tree keeps = with_group("group_16_alua_access_state 1; group_16_alua_write_metadata yes;");
  save("tpgs_serial-1/slow", slow_standby.substr(0, 20));
  EXPECT_THAT(writes_of(with_group("group_16_alua_access_state 1;"), {}, group_), IsEmpty());
  EXPECT_THAT(writes_of({}, keeps, group_), ElementsAre("alua_access_state 1", "alua_write_metadata 1"));
}

TEST_F(KeptStatesTest, AStateThatTheGroupCannotHaveIsNotTried) {
  save("tpgs_serial-1/slow", slow_standby);
  EXPECT_THAT(writes_of({}, with_group("group_16_alua_write_metadata yes; group_16_alua_support_standby no;"),
                        group_),
              ElementsAre("alua_support_standby 0", "alua_write_metadata 1"));
}

TEST_F(KeptStatesTest, AGroupThatOnlyInitiatorsMayChangeGetsItsStateToo) {
  save("tpgs_serial-1/slow", slow_standby);
  EXPECT_THAT(
      writes_of({}, with_group("group_16_alua_access_type 2; group_16_alua_write_metadata yes;"), group_),
      ElementsAre("alua_access_type 2", "alua_access_type 1", "alua_access_state 2", "alua_access_type 2",
                  "alua_write_metadata 1"));
  EXPECT_EQ(*memory_->read(group_ + "/alua_access_type"), "Explicit\n");
}

TEST_F(KeptStatesTest, ADiskIsMadeAgainWithTheStateThatItHas) {
  const config::Tree tree = with_group("group_16_alua_write_metadata yes;");
  (void)writes_of({}, tree, group_);
  save("tpgs_serial-1/slow", slow_standby);
  const auto removal = make_plan(tree, {}, record_);
  ASSERT_TRUE(removal);
  ASSERT_TRUE(apply(record_, *removal));
  EXPECT_FALSE(memory_->read(group_ + "/alua_access_state"));
  ASSERT_TRUE(apply(record_, inverse(*removal)));
  EXPECT_EQ(*memory_->read(group_ + "/alua_access_state"), "2\n");
}

TEST_F(KeptStatesTest, AGroupThatSomebodyDeletedComesBackWithItsState) {
  const config::Tree without = tree_of("storage rd_mcp disk r { size 4096; hba 0; wwn serial-1; }");
  (void)writes_of({}, without, group_);
  save("tpgs_serial-1/slow", slow_standby);
  EXPECT_THAT(writes_of(without, with_group("group_16_alua_write_metadata yes;"), group_),
              ElementsAre("alua_access_state 2", "alua_write_metadata 1"));
}

TEST_F(KeptStatesTest, ALunComesBackAsItWas) {
  save(fmt::format("iSCSI/{}+1/lun_0", wwn), lun_state_text(1, 2));
  EXPECT_THAT(writes_of({}, with_lun("alua_tg_pt_write_md yes;"), lun_),
              ElementsAre("alua_tg_pt_offline 1", "alua_tg_pt_write_md 1"));
  (void)writes_of(with_lun("alua_tg_pt_write_md yes;"), {}, lun_);
  EXPECT_THAT(writes_of({}, with_lun(""), lun_), IsEmpty());
  (void)writes_of(with_lun(""), {}, lun_);
  save(fmt::format("iSCSI/{}+1/lun_0", wwn), lun_state_text(0, 2));
  EXPECT_THAT(writes_of({}, with_lun("alua_tg_pt_write_md yes;"), lun_),
              ElementsAre("alua_tg_pt_write_md 1"));
}

TEST_F(KeptStatesTest, OfAnEditOnlyWhatItDoesNotChangeHasThem) {
  save("tpgs_serial-1/slow", slow_standby);
  save(fmt::format("iSCSI/{}+1/lun_0", wwn), lun_state_text(1, 2));
  const config::Tree wanted = with_group("group_16_alua_access_state 1; group_16_alua_write_metadata yes;");
  const config::Tree other = with_group("group_16_alua_access_state 0; group_16_alua_write_metadata yes;");
  const config::Tree empty;
  const auto of_before = ElementsAre("alua_access_state 2", "alua_write_metadata 1");
  const auto of_now = ElementsAre("alua_access_state 1", "alua_write_metadata 1");
  const auto made = [&](const config::Tree& recorded) {
    auto writes = writes_of({}, wanted, group_, &recorded);
    (void)writes_of(wanted, {}, group_);
    return writes;
  };
  EXPECT_THAT(made(wanted), of_before);
  EXPECT_THAT(made(other), of_now);
  EXPECT_THAT(made(empty), of_now);
  EXPECT_THAT(writes_of({}, with_lun("alua_tg_pt_write_md yes;"), lun_, &empty),
              ElementsAre("alua_tg_pt_write_md 1"));
}

TEST_F(KeptStatesTest, LunetdHandsNothingBack) {
  save("tpgs_serial-1/slow", slow_standby);
  const auto plan = make_plan({}, with_group("group_16_alua_write_metadata yes;"), *memory_);
  ASSERT_TRUE(plan);
  EXPECT_EQ(operations_of(*plan).find("alua_access_state"), std::string::npos);
}

TEST_F(KeptStatesTest, OfADeletedDiskAreForgottenWithTheirFolder) {
  save("tpgs_serial-1/slow", slow_standby);
  save("tpgs_serial-2/slow", slow_standby);
  const config::Tree tree = with_group("group_16_alua_write_metadata yes;");
  forget_states(kernel_, tree, tree);
  EXPECT_TRUE(fs::exists(folder_ / "tpgs_serial-1/slow"));
  forget_states(*memory_, tree, {});
  EXPECT_TRUE(fs::exists(folder_ / "tpgs_serial-1/slow")) << "lunetd has none";
  forget_states(kernel_, tree, {});
  EXPECT_FALSE(fs::exists(folder_ / "tpgs_serial-1"));
  EXPECT_TRUE(fs::exists(folder_ / "tpgs_serial-2/slow"));
}

TEST_F(KeptStatesTest, AreForgottenWithTheGroupOrTheSwitch) {
  const config::Tree tree =
      with_group("group_16_alua_write_metadata yes; group_17_name fast; group_17_alua_write_metadata yes;");
  save("tpgs_serial-1/slow", slow_standby);
  save("tpgs_serial-1/fast", group_state_text(17, 0, 0));
  forget_states(kernel_, tree, with_group("group_16_alua_write_metadata yes; group_17_name fast;"));
  EXPECT_FALSE(fs::exists(folder_ / "tpgs_serial-1/fast"));
  EXPECT_TRUE(fs::exists(folder_ / "tpgs_serial-1/slow"));
  forget_states(kernel_, tree, tree_of("storage rd_mcp disk r { size 4096; hba 0; wwn serial-1; }"));
  EXPECT_FALSE(fs::exists(folder_ / "tpgs_serial-1"));
}

TEST_F(KeptStatesTest, OfADiskThatOnlyHasAnotherNameNowAreKept) {
  save("tpgs_serial-1/slow", slow_standby);
  const config::Tree tree = with_group("group_16_alua_write_metadata yes;");
  config::Tree renamed;
  renamed.ensure(path_of("storage rd_mcp disk other")) = *tree.find(path_of("storage rd_mcp disk r"));
  forget_states(kernel_, tree, renamed);
  EXPECT_TRUE(fs::exists(folder_ / "tpgs_serial-1/slow"));
}

TEST_F(KeptStatesTest, OfATargetAreForgottenWithItsFolder) {
  const std::string file = fmt::format("iSCSI/{}+1/lun_0", wwn);
  save(file, lun_state_text(1, 2));
  forget_states(kernel_, with_lun("alua_tg_pt_write_md yes;"), with_lun("alua_tg_pt_write_md yes;"));
  EXPECT_TRUE(fs::exists(folder_ / file));
  forget_states(kernel_, with_lun("alua_tg_pt_write_md yes;"), {});
  EXPECT_FALSE(fs::exists((folder_ / file).parent_path()));
}

TEST_F(KeptStatesTest, WhatWasRecordedLaterForADiskThatDoesNotRunCounts) {
  save("tpgs_serial-1/slow", slow_standby);
  const config::Tree before = with_group("group_16_alua_write_metadata yes; group_16_alua_access_state 1;");
  const config::Tree after = with_group("group_16_alua_write_metadata yes; group_16_alua_access_state 0;");
  (void)writes_of({}, before, group_);
  forget_states(kernel_, before, after);
  EXPECT_TRUE(fs::exists(folder_ / "tpgs_serial-1/slow")) << "it runs: the kernel wrote it";
  (void)writes_of(before, {}, group_);
  forget_states(kernel_, before, after);
  EXPECT_FALSE(fs::exists(folder_ / "tpgs_serial-1/slow"));
}

TEST_F(KeptStatesTest, NothingIsRemovedOrReadThroughALink) {
  const fs::path elsewhere = dbroot_ / "elsewhere";
  fs::create_directory(elsewhere);
  std::ofstream(elsewhere / "slow") << slow_standby;
  fs::create_symlink(elsewhere, folder_ / "tpgs_serial-1");
  const config::Tree tree = with_group("group_16_alua_write_metadata yes;");
  EXPECT_THAT(writes_of({}, tree, group_), ElementsAre("alua_write_metadata 1"));
  forget_states(kernel_, tree, {});
  EXPECT_TRUE(fs::exists(elsewhere / "slow"));
}

TEST_F(KeptStatesTest, AGroupThatOnlyInitiatorsMayChangeIsMadeWithoutItsFileToo) {
  save("tpgs_serial-1/slow", "");
  EXPECT_THAT(writes_of({},
                        with_group("group_16_alua_access_state 1; group_16_alua_access_type 2; "
                                   "group_16_alua_write_metadata yes;"),
                        group_),
              ElementsAre("alua_access_type 2", "alua_access_type 1", "alua_access_state 1",
                          "alua_access_type 2", "alua_write_metadata 1"));
}

TEST_F(KeptStatesTest, NoTransitionIsWaitedFor) {
  save("tpgs_serial-1/slow", slow_standby);
  EXPECT_THAT(
      writes_of({}, with_group("group_16_trans_delay_msecs 5000; group_16_alua_write_metadata yes;"), group_),
      ElementsAre("alua_access_state 2", "trans_delay_msecs 5000", "alua_write_metadata 1"));
}

TEST_F(KeptStatesTest, ALunThatShowsAnotherDiskBeginsAnew) {
  const auto lun_of = [](std::string_view disk) {
    return tree_of(fmt::format(
        "storage rd_mcp {{\n disk a {{ size 4096; hba 0; wwn s-a; }}\n disk b {{ size 4096; hba 1; wwn s-b; "
        "}}\n}}\n"
        "fabric iscsi target {} tpgt 1 lun 0 {{ backend rd_mcp:{}; alias x; alua_tg_pt_write_md yes; }}",
        wwn, disk));
  };
  const config::Tree before = lun_of("a");
  (void)writes_of({}, before, lun_);
  const std::string file = fmt::format("iSCSI/{}+1/lun_0", wwn);
  save(file, lun_state_text(1, 2));
  EXPECT_THAT(writes_of(before, lun_of("b"), lun_, &before), ElementsAre("alua_tg_pt_write_md 1"));
  (void)writes_of(lun_of("b"), {}, lun_);
  forget_states(kernel_, before, lun_of("b"));
  EXPECT_FALSE(fs::exists(folder_ / file)) << "it does not run: nobody else would";
}

TEST_F(KeptStatesTest, ADiskOfAnotherSerialDoesNotTakeWhatIsThere) {
  const config::Tree before = with_group("group_16_alua_access_state 1; group_16_alua_write_metadata yes;");
  config::Tree after = before;
  after.find(path_of("storage rd_mcp disk r"))->attributes["wwn"] = "serial-2";
  (void)writes_of({}, before, group_);
  save("tpgs_serial-2/slow", slow_standby);
  EXPECT_THAT(writes_of(before, after, group_, &before),
              ElementsAre("alua_access_state 1", "alua_write_metadata 1"));
}

TEST_F(KeptStatesTest, WhatLaterEditsMakeOfWhatDoesNotRunIsNotOvertakenByLeftovers) {
  const config::Tree after = with_group("group_16_alua_write_metadata yes; group_16_alua_access_state 0;");
  for (const config::Tree& before : {config::Tree(), with_group("group_16_alua_access_state 1;")}) {
    save("tpgs_serial-1/slow", slow_standby);
    forget_states(kernel_, before, after);
    EXPECT_THAT(writes_of({}, after, group_), ElementsAre("alua_access_state 0", "alua_write_metadata 1"));
    (void)writes_of(after, {}, group_);
  }
}

TEST_F(KeptStatesTest, TheFolderOfAnotherLunStays) {
  const auto luns = [](std::string_view first) {
    return tree_of(
        fmt::format("storage rd_mcp disk a {{ size 4096; hba 0; wwn s-a; }}\n"
                    "fabric iscsi target {} tpgt 1 {{\n {} lun 1 {{ backend rd_mcp:a; alias y; "
                    "alua_tg_pt_write_md yes; }}\n}}",
                    wwn, first));
  };
  const std::string file = fmt::format("iSCSI/{}+1/lun_0", wwn);
  save(file, lun_state_text(0, 0));
  forget_states(kernel_, luns("lun 0 { backend rd_mcp:a; alias x; alua_tg_pt_write_md yes; }\n"), luns(""));
  EXPECT_FALSE(fs::exists(folder_ / file));
  EXPECT_TRUE(fs::exists((folder_ / file).parent_path()));
}

TEST_F(KeptStatesTest, OnlyFilesAreRead) {
  const fs::path elsewhere = dbroot_ / "elsewhere";
  std::ofstream(elsewhere) << slow_standby;
  fs::create_directory(folder_ / "tpgs_serial-1");
  fs::create_symlink(elsewhere, folder_ / "tpgs_serial-1/slow");
  const config::Tree tree = with_group("group_16_alua_write_metadata yes;");
  EXPECT_THAT(writes_of({}, tree, group_), ElementsAre("alua_write_metadata 1"));
  (void)writes_of(tree, {}, group_);
  fs::remove(folder_ / "tpgs_serial-1/slow");
  ASSERT_EQ(::mkfifo((folder_ / "tpgs_serial-1/slow").c_str(), 0600), 0);
  EXPECT_THAT(writes_of({}, tree, group_), ElementsAre("alua_write_metadata 1"));
}

}  // namespace
}  // namespace lunet::target
