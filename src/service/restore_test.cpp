// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Restore : public BothRuntimes {
 protected:
  void SetUp() override {
    make_exported();
    must(service_->create_fileio(fileio("f0")));
    must(service_->create_lun(tpg(), lun_of("fileio", "f0")));
    must(service_->create_mapped_lun(tpg(), initiator, {9, 0, true}));
    must(service_->set_group({path_of(acl_), "auth"}, {{"userid", "user"}, {"password", "secret-of-12ch"}}));
    must(service_->set_group({path_of(tpg_), "parameter"}, {{"InitialR2T", "No"}}));
    must(service_->set_group({path_of("fabric iscsi"), "discovery_auth"}, {{"userid", "d"}}));
  }
  /// A runtime that was started again: empty.
  void restart() {
    fresh_ = configfs::make_memory_tree(GetParam() == Kind::transactional ? configfs::Flavour::lunetd
                                                                          : configfs::Flavour::kernel);
    fresh_stepping_ = std::make_unique<target::SteppingTree>(*fresh_);
    context_.live = GetParam() == Kind::transactional ? fresh_.get() : fresh_stepping_.get();
    service_ = make_service(context_);
  }
  std::unique_ptr<configfs::Tree> fresh_;
  std::unique_ptr<target::SteppingTree> fresh_stepping_;
  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string acl_ = tpg_ + " acl iqn.2026-11.com.example:ini";
  const std::string tpg_directory_ = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
};

TEST_P(Restore, AnEmptyRuntimeGetsTheSameTree) {
  restart();
  const std::uint64_t before = generation();
  const Report report = must(service_->restore());
  EXPECT_THAT(report.warnings, IsEmpty());
  ASSERT_EQ(report.lines.size(), 1U);
  EXPECT_THAT(report.lines[0], HasSubstr("Restored generation"));
  EXPECT_EQ(target::first_difference(target::dump(*fresh_), dump()), "");
  EXPECT_EQ(generation(), before);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(Restore, WhatRunsAsRecordedIsNotTouched) {
  operations();
  EXPECT_THAT(must(service_->restore()).lines, ElementsAre(HasSubstr("Nothing to do")));
  EXPECT_EQ(operations(), "");
}

TEST_P(Restore, DriftOfOwnedObjectsIsTakenBack) {
  const std::string before = dump();
  ASSERT_TRUE(memory_->make_dir(tpg_directory_ + "/lun/lun_7"));
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/enable", "0"));
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/attrib/authentication", "1"));
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/acls/iqn.2026-11.com.example:ini/auth/userid", "intruder"));
  must(service_->restore());
  EXPECT_EQ(target::first_difference(dump(), before), "");
}

TEST_P(Restore, WhatLunetNeverMadeIsLeftAlone) {
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8/foreign"));
  ASSERT_TRUE(memory_->make_dir("iscsi/iqn.2026-11.com.example:foreign"));
  const std::string before = dump();
  EXPECT_EQ(must(service_->restore()).warnings.size(), 2U);
  EXPECT_EQ(target::first_difference(dump(), before), "");
}

TEST_P(Restore, ADiskWithoutItsFileIsPendingWithItsLunsAndNothingIsMade) {
  std::filesystem::remove(file("f0.img"));
  restart();
  const Report report = must(service_->restore());
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings[0], testing::AllOf(HasSubstr("storage fileio disk f0 is pending"),
                                                 HasSubstr(file("f0.img")), HasSubstr("No such file")));
  EXPECT_FALSE(std::filesystem::exists(file("f0.img")));
  const std::string tree = target::dump(*fresh_);
  EXPECT_THAT(tree, testing::Not(HasSubstr("core/fileio_")));
  EXPECT_THAT(tree, testing::Not(HasSubstr("lun/lun_1 ")));
  EXPECT_THAT(tree, HasSubstr("lun/lun_0 "));
  write_file("f0.img", 1048576);
  must(service_->restore());
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(Restore, AFileThatBecameShorterIsNotServed) {
  write_file("f0.img", 4096);
  restart();
  const Report report = must(service_->restore());
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings[0], HasSubstr("shorter"));
  EXPECT_THAT(target::dump(*fresh_), testing::Not(HasSubstr("core/fileio_")));
}

TEST_P(Restore, AFailureLeavesTheRuntimeAsItWas) {
  restart();
  configfs::FaultTree faulty(*context_.live);
  context_.live = &faulty;
  service_ = make_service(context_);
  const std::string empty = target::dump(*fresh_);
  std::size_t n = 1;
  for (; n < 100; ++n) {
    faulty.fail_at(n, EIO);
    if (service_->restore()) break;
    ASSERT_EQ(target::first_difference(target::dump(*fresh_), empty), "") << n;
  }
  EXPECT_GT(n, 30U);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Restore, testing::Values(Kind::transactional, Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
