// SPDX-License-Identifier: Apache-2.0
#include "service/restore_and_wait.h"

#include <thread>

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RestoreAndWait : public ServiceFixture {
 protected:
  void SetUp() override {
    make_exported();
    must(service_->create_fileio(fileio("f0")));
    must(service_->create_lun(tpg(), lun_of("fileio", "f0")));
    before_ = text();
    std::filesystem::remove(file("f0.img"));
    fresh_ = configfs::make_memory_tree(configfs::Flavour::lunetd);
    context_.live = fresh_.get();
    service_ = make_service(context_);
  }
  std::string before_;
  std::unique_ptr<configfs::Tree> fresh_;
};

TEST_F(RestoreAndWait, WhatComesLateRunsThenAndNothingElseIsChanged) {
  std::thread late;
  int told = 0;
  Patience patience;
  patience.limit_ms = 60000;
  patience.told = [&](const Report& report) {
    if (told++ > 0) return;
    EXPECT_EQ(report.missing, std::vector<std::string>{file("f0.img")});
    // The rest is served already.
    EXPECT_TRUE(fresh_->list("iscsi/iqn.2026-11.com.example:t"));
    late = std::thread([&] { write_file("f0.img", 1048576); });
  };
  const Report report = must(restore_and_wait(*service_, Scope{}, patience));
  if (late.joinable()) late.join();
  EXPECT_EQ(report.left_out, 0U);
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_EQ(told, 2);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  EXPECT_EQ(text(), before_);
}

TEST_F(RestoreAndWait, WhenTheTimeIsUpItSaysWhatIsMissing) {
  Patience patience;
  patience.limit_ms = 1;
  const Report report = must(restore_and_wait(*service_, Scope{}, patience));
  EXPECT_EQ(report.left_out, 1U);
  ASSERT_FALSE(report.warnings.empty());
  EXPECT_THAT(report.warnings[0], HasSubstr("f0.img: No such file"));
}

TEST_F(RestoreAndWait, DriftThatComesMeanwhileIsNotOverwritten) {
  Patience patience;
  patience.limit_ms = 60000;
  patience.told = [&](const Report& report) {
    if (report.left_out == 0) return;
    ASSERT_TRUE(fresh_->write("iscsi/iqn.2026-11.com.example:t/tpgt_1/enable", "0"));
    write_file("f0.img", 1048576);
  };
  const Error error = error_of(restore_and_wait(*service_, Scope{}, patience));
  EXPECT_EQ(error.errnum, ESTALE);
  EXPECT_EQ(*fresh_->read("iscsi/iqn.2026-11.com.example:t/tpgt_1/enable"), "0\n");
}

}  // namespace
}  // namespace lunet::service
