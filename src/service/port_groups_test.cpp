// SPDX-License-Identifier: Apache-2.0
#include "service/port_groups.h"

#include "service/service_test_support.h"
#include "service/tasks.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PortGroups : public BothRuntimes {
 protected:
  void SetUp() override {
    make_exported();
    tasks_ = make_tasks(context_);
    must(tasks_->create_port_group(disk_, "slow", 16));
  }
  std::string value(const GroupRef& group, std::string_view name) {
    for (const GroupValue& each : must(service_->get_group(group))) {
      if (each.name == name) return each.value;
    }
    return "(none)";
  }
  const DiskRef disk_{"ramdisk", "rd0"};
  const GroupRef group_{path_of("storage rd_mcp disk rd0"), "alua", "slow"};
  const GroupRef lun_{path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 0"), "alua"};
  std::unique_ptr<Tasks> tasks_;
};
INSTANTIATE_TEST_SUITE_P(Runtimes, PortGroups, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);

TEST_P(PortGroups, AreMadeWithTheirNumber) {
  EXPECT_EQ(value(group_, "tg_pt_gp_id"), "16");
  EXPECT_EQ(error_of(tasks_->create_port_group(disk_, "slow", 17)).errnum, EEXIST);
  EXPECT_EQ(error_of(tasks_->create_port_group(disk_, "other", 16)).errnum, EEXIST);
  EXPECT_EQ(error_of(tasks_->create_port_group(disk_, "other", 0)).errnum, EINVAL);
  EXPECT_EQ(error_of(tasks_->create_port_group({"ramdisk", "none"}, "x", 1)).errnum, ENOENT);
}

TEST_P(PortGroups, TakeValuesAsNumbersOrWords) {
  const Report report =
      must(service_->set_group(group_, {{"alua_access_state", "Standby"}, {"preferred", "yes"}}));
  EXPECT_THAT(report.lines,
              ElementsAre("Parameter alua_access_state is now '2'.", "Parameter preferred is now '1'."));
  EXPECT_EQ(value(group_, "alua_access_state"), "2");
  EXPECT_EQ(error_of(service_->set_group(group_, {{"tg_pt_gp_id", "3"}})).errnum, EACCES);
  const Error unknown = error_of(service_->set_group(group_, {{"nonsense", "3"}}));
  EXPECT_EQ(unknown.errnum, ENOENT);
  EXPECT_EQ(unknown.hint, "see `/backstores/ramdisk/rd0/alua/slow get alua`");
  EXPECT_THAT(error_of(service_->set_group(group_, {{"preferred", "blue"}})).message,
              HasSubstr("it is no number"));
}

TEST_P(PortGroups, AStateThatInitiatorsChangedCanBeSetAgain) {
  must(service_->set_group(group_, {{"alua_access_state", "2"}}));
  const std::uint64_t recorded = generation();
  const std::string file =
      must(target::find_disk(*memory_, "rd_mcp", "rd0")) + "/alua/slow/alua_access_state";
  ASSERT_TRUE(memory_->write(file, "1"));
  const Report report = must(service_->set_group(group_, {{"alua_access_state", "2"}}));
  EXPECT_THAT(report.lines, ElementsAre("Parameter alua_access_state is now '2'."));
  EXPECT_TRUE(report.changed);
  EXPECT_EQ(generation(), recorded);
  ASSERT_TRUE(memory_->write(file, "1"));
  must(service_->set_group(group_, {{"alua_access_state", "2"}, {"preferred", "yes"}}));
  EXPECT_EQ(value(group_, "alua_access_state"), "2");
  EXPECT_FALSE(must(service_->set_group(group_, {{"alua_access_state", "2"}})).changed);
}

TEST_P(PortGroups, ALunHasASecondaryStateThatIsTheRuntimes) {
  const std::uint64_t recorded = generation();
  Report report =
      must(service_->set_group(lun_, {{"alua_tg_pt_status", "1"}, {"alua_tg_pt_offline", "yes"}}));
  EXPECT_THAT(report.lines, ElementsAre("Parameter alua_tg_pt_offline is now '1'.",
                                        "Parameter alua_tg_pt_status is now '1'."));
  EXPECT_TRUE(report.changed);
  EXPECT_EQ(value(lun_, "alua_tg_pt_offline"), "1");
  EXPECT_EQ(generation(), recorded);
  EXPECT_THAT(must(service_->drift()), testing::IsEmpty());
  EXPECT_FALSE(must(service_->set_group(lun_, {{"alua_tg_pt_offline", "1"}})).changed);

  // All of it or nothing.
  EXPECT_EQ(
      error_of(service_->set_group(lun_, {{"alua_tg_pt_offline", "0"}, {"alua_tg_pt_status", "7"}})).errnum,
      EINVAL);
  EXPECT_EQ(value(lun_, "alua_tg_pt_offline"), "1");
  EXPECT_THAT(
      error_of(service_->set_group(lun_, {{"alua_tg_pt_offline", "0"}, {"alua_tg_pt_write_md", "1"}})).hint,
      HasSubstr("by a command of its own"));
  EXPECT_EQ(value(lun_, "alua_tg_pt_offline"), "1");
  EXPECT_EQ(error_of(service_->set_group(lun_, {{"nonsense", "0"}})).errnum, ENOENT);

  context_.dry_run = true;
  const auto dry = make_service(context_);
  report = must(dry->set_group(lun_, {{"alua_tg_pt_offline", "0"}}));
  EXPECT_TRUE(report.changed);
  EXPECT_THAT(report.lines, ElementsAre("Nothing was changed: this was a dry run."));
  EXPECT_FALSE(must(dry->set_group(lun_, {{"alua_tg_pt_offline", "1"}})).changed);
  EXPECT_EQ(error_of(dry->set_group(lun_, {{"alua_tg_pt_offline", "blue"}})).errnum, EINVAL);
  EXPECT_EQ(error_of(dry->set_group(lun_, {{"alua_tg_pt_status", "7"}})).errnum, EINVAL);
  EXPECT_EQ(value(lun_, "alua_tg_pt_offline"), "1");
}

TEST_P(PortGroups, WhatIsOutOfItsRangeReachesNoRuntime) {
  operations();
  for (const auto& [name, text] : {std::pair("nonop_delay_msecs", "99999"),
                                   std::pair("alua_access_type", "9"), std::pair("preferred", "2")}) {
    EXPECT_EQ(error_of(service_->set_group(group_, {{name, text}})).errnum, EINVAL) << name;
  }
  for (const auto& [name, text] :
       {std::pair("alua_tg_pt_write_md", "7"), std::pair("alua_tg_pt_status", "7")})
    EXPECT_EQ(error_of(service_->set_group(lun_, {{name, text}})).errnum, EINVAL) << name;
  EXPECT_EQ(operations(), "");
}

TEST_P(PortGroups, ThatALunKeepsItsSecondaryStateIsRecorded) {
  const Report report = must(service_->set_group(lun_, {{"alua_tg_pt_write_md", "yes"}}));
  EXPECT_THAT(report.lines, ElementsAre("Parameter alua_tg_pt_write_md is now '1'."));
  EXPECT_THAT(text(), HasSubstr("alua_tg_pt_write_md yes"));
  EXPECT_THAT(must(service_->drift()), testing::IsEmpty());
  must(service_->set_group(lun_, {{"alua_tg_pt_write_md", "0"}}));
  EXPECT_EQ(value(lun_, "alua_tg_pt_write_md"), "0");
  EXPECT_THAT(must(service_->drift()), testing::IsEmpty());
}

TEST_P(PortGroups, ALunIsPutIntoOneAndFallsBackWhenItGoes) {
  must(service_->set_group(lun_, {{"alua_tg_pt_gp_name", "slow"}}));
  EXPECT_EQ(value(lun_, "alua_tg_pt_gp_name"), "slow");
  EXPECT_EQ(error_of(service_->set_group(lun_, {{"alua_tg_pt_gp_name", "none"}})).errnum, ENOENT);
  EXPECT_THAT(must(tasks_->delete_port_group(disk_, "slow")).lines,
              ElementsAre("/iscsi/iqn.2026-11.com.example:t/tpg1/luns/lun0 is in default_tg_pt_gp now.",
                          "Deleted ALUA group slow."));
  EXPECT_EQ(value(lun_, "alua_tg_pt_gp_name"), "default_tg_pt_gp");
  EXPECT_EQ(error_of(tasks_->delete_port_group(disk_, "slow")).errnum, ENOENT);
  EXPECT_EQ(error_of(tasks_->delete_port_group(disk_, "default_tg_pt_gp")).errnum, EINVAL);
}

/// What a kernel keeps of the group, and a program that makes its folder.
class KeptPortGroups : public PortGroups {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::stepping) ASSERT_TRUE(memory_->write("dbroot", folder_.string()));
    PortGroups::SetUp();
    must(service_->set_group(group_, {{"alua_write_metadata", "yes"}, {"alua_access_state", "1"}}));
    must(service_->set_group(lun_, {{"alua_tg_pt_write_md", "yes"}}));
    std::filesystem::create_directories(folder_ / "alua/tpgs_serial-of-rd0");
    std::filesystem::create_directories(lun_file().parent_path());
    std::ofstream(group_file()) << "tg_pt_gp_id=16\nalua_access_state=0x02\nalua_access_status=0x01\n";
    std::ofstream(lun_file()) << "alua_tg_pt_offline=1\nalua_tg_pt_status=0x02\n";
  }
  std::filesystem::path group_file() const { return folder_ / "alua/tpgs_serial-of-rd0/slow"; }
  std::filesystem::path lun_file() const { return folder_ / "alua/iSCSI/iqn.2026-11.com.example:t+1/lun_0"; }
  bool are_kept() const { return exists(group_file()) && exists(lun_file()); }
};
INSTANTIATE_TEST_SUITE_P(Kernel, KeptPortGroups, testing::Values(Kind::stepping), kind_name);

TEST_P(KeptPortGroups, ARestoreHandsTheStatesBackAndThatIsNoDrift) {
  const std::string before = text();
  const auto fresh = configfs::make_memory_tree(configfs::Flavour::kernel);
  target::SteppingTree fresh_stepping(*fresh);
  ASSERT_TRUE(fresh->write("dbroot", folder_.string()));
  context_.live = &fresh_stepping;
  service_ = make_service(context_);
  must(service_->restore());
  EXPECT_EQ(value(group_, "alua_access_state"), "2");
  EXPECT_EQ(value(lun_, "alua_tg_pt_offline"), "1");
  EXPECT_EQ(text(), before);
  EXPECT_THAT(must(service_->drift()), testing::IsEmpty());
  EXPECT_TRUE(are_kept());
}

TEST_P(KeptPortGroups, AnEditThatDeletesTheObjectForgetsItsState) {
  must(tasks_->delete_port_group(disk_, "slow"));
  EXPECT_FALSE(exists(group_file()));
  EXPECT_TRUE(exists(lun_file()));
  must(service_->delete_target(wwn));
  EXPECT_FALSE(exists(lun_file().parent_path()));
}

TEST_P(KeptPortGroups, AnEditThatFailsOrTouchesSomethingElseForgetsNothing) {
  fault_.fail_at(2, EIO);
  EXPECT_FALSE(service_->delete_target(wwn));
  must(service_->create_ramdisk(ramdisk("rd1")));
  EXPECT_TRUE(are_kept());
}

}  // namespace
}  // namespace lunet::service
