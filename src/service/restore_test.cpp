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
  EXPECT_THAT(must(service_->restore()).warnings, ElementsAre(HasSubstr("lun 7: it runs")));
  ASSERT_TRUE(memory_->remove_dir(tpg_directory_ + "/lun/lun_7"));
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

TEST_P(Restore, OneRefusalDoesNotKeepTheRestFromBeingServed) {
  configfs::FaultTree* faulty = nullptr;
  std::size_t refused = 0;
  for (std::size_t n = 1;; ++n) {
    restart();
    configfs::FaultTree fault(*context_.live);
    faulty = &fault;
    context_.live = faulty;
    service_ = make_service(context_);
    faulty->fail_at(n, EIO);
    const Report report = must(service_->restore());
    if (report.left_out == 0) break;
    ++refused;
    EXPECT_EQ(report.left_out, 1U) << n;
    const auto comparison = must(service_->compare(Scope{}));
    ASSERT_FALSE(comparison.differences.empty()) << n;
    for (const Difference& difference : comparison.differences) {
      // A TPG of which only the enabling failed runs, but differs.
      const bool is_tpg = difference.object.back().object_class == config::ObjectClass::tpgt;
      EXPECT_TRUE(difference.kind == SyncKind::degraded || is_tpg) << n << difference.text;
    }
    EXPECT_LT(comparison.differences.size(), 6U) << n;
    // It is tried again.
    EXPECT_EQ(must(service_->restore()).left_out, 0U) << n;
    ASSERT_THAT(must(service_->drift()), IsEmpty()) << n;
  }
  EXPECT_GT(refused, 30U);
}

TEST_P(Restore, DriftThatIsRefusedWhileExportedDegradesThatObjectAlone) {
  const std::string disk = "storage rd_mcp disk rd1";
  must(service_->create_ramdisk(ramdisk("rd1")));
  must(service_->set_group({path_of(disk), "attribute"}, {{"emulate_tas", "no"}}));
  const std::string attribute =
      fmt::format("core/rd_mcp_{}/rd1/attrib/emulate_tas", recorded(disk)->attribute("hba"));
  ASSERT_TRUE(memory_->write(attribute, "1"));
  must(service_->create_lun(tpg(), lun_of("ramdisk", "rd1")));
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/param/InitialR2T", "Yes\n"));
  const Report report = must(service_->restore());
  EXPECT_EQ(report.left_out, 1U);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("rd1 is degraded, and runs as it was: " + disk +
                                                     ": emulate_tas cannot change while")));
  EXPECT_EQ(memory_->read(tpg_directory_ + "/param/InitialR2T")->substr(0, 2), "No");
  EXPECT_EQ(memory_->read(attribute)->substr(0, 1), "1");
  EXPECT_THAT(must(service_->drift()), ElementsAre(HasSubstr("emulate_tas")));
  // It runs: what stands on it can be edited, and then it can be restored.
  config::Path lun = path_of(tpg_);
  for (std::uint16_t number = 0; number < 8; ++number) {
    lun.push_back({config::ObjectClass::lun, std::to_string(number)});
    const config::Object* object = recorded(config::path_text(lun));
    lun.pop_back();
    if (object != nullptr && object->attribute("backend") == "rd_mcp:rd1")
      must(service_->delete_lun(tpg(), number));
  }
  EXPECT_FALSE(memory_->list(tpg_directory_ + "/lun/lun_2"));
  EXPECT_EQ(must(service_->restore()).left_out, 0U);
  EXPECT_EQ(memory_->read(attribute)->substr(0, 1), "0");
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(Restore, WhatDoesNotRunCanBeDeletedAndTheRestEdited) {
  std::filesystem::remove(file("f0.img"));
  restart();
  EXPECT_EQ(must(service_->restore()).left_out, 1U);
  const Report report = must(service_->create_ramdisk(ramdisk("rd1")));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("an object is pending or degraded")));
  must(service_->delete_disk("fileio", "f0"));
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  // Another of its name has nothing to do with it.
  must(service_->create_fileio(fileio("f0")));
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  EXPECT_THAT(must(service_->create_ramdisk(ramdisk("rd2"))).warnings, IsEmpty());
}

TEST_P(Restore, ComparingTellsPendingFromDegradedAndDrift) {
  std::filesystem::remove(file("f0.img"));
  restart();
  must(service_->restore());
  auto comparison = must(service_->compare(Scope{}));
  ASSERT_EQ(comparison.differences.size(), 3U);
  EXPECT_EQ(comparison.differences[0].kind, SyncKind::pending);
  EXPECT_THAT(comparison.differences[0].text, HasSubstr("storage fileio disk f0: pending: "));
  EXPECT_EQ(comparison.differences[1].kind, SyncKind::pending);
  EXPECT_THAT(comparison.differences[1].text, HasSubstr("lun 1: pending with storage fileio disk f0"));
  EXPECT_THAT(comparison.differences[2].text, HasSubstr("mapped_lun 1: pending with storage fileio disk f0"));
  EXPECT_TRUE(must(service_->compare({path_of("storage rd_mcp disk rd0"), {}})).differences.empty());
}

TEST_P(Restore, OfOneObjectLeavesTheOthersAsTheyAre) {
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/attrib/authentication", "1"));
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/acls/iqn.2026-11.com.example:ini/auth/userid", "intruder"));
  must(service_->restore({path_of(acl_), {}}));
  EXPECT_EQ(must(service_->drift()),
            std::vector<std::string>{tpg_ + ": attribute authentication is '1', recorded is '0'"});
  must(service_->restore({path_of(tpg_), {}}));
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  EXPECT_EQ(error_of(service_->restore({path_of("storage rd_mcp disk none"), {}})).errnum, ENOENT);
}

TEST_P(Restore, OverwritesOnlyWhatWasAgreedTo) {
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/attrib/authentication", "1"));
  Scope scope;
  scope.agreed = must(service_->drift());
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/attrib/login_timeout", "20"));
  must(service_->restore(scope));  // not recorded, so no difference
  ASSERT_TRUE(memory_->write(tpg_directory_ + "/enable", "0"));
  EXPECT_EQ(error_of(service_->restore(scope)).errnum, ESTALE);
  EXPECT_EQ(*memory_->read(tpg_directory_ + "/enable"), "0\n");
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Restore, testing::Values(Kind::transactional, Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
