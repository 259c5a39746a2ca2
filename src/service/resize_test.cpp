// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t one_mib = 1048576;

class Resize : public BothRuntimes {
 protected:
  void SetUp() override {
    must(service_->create_fileio(fileio("f", one_mib)));
    tasks_ = make_tasks(context_);
    operations();
  }
  Result<Report> resize(std::uint64_t size, bool shrink = false) {
    return tasks_->resize({"fileio", "f"}, {size, shrink});
  }
  std::uint64_t length() const { return std::filesystem::file_size(file("f.img")); }
  std::unique_ptr<Tasks> tasks_;
};
INSTANTIATE_TEST_SUITE_P(Runtimes, Resize, testing::Values(Kind::transactional, Kind::stepping), kind_name);

TEST_P(Resize, AFileGrowsInPlaceAsOneGeneration) {
  const std::uint64_t before = generation();
  const Report report = must(resize(2 * one_mib + 100));
  EXPECT_TRUE(report.changed);
  EXPECT_EQ(generation(), before + 1);
  EXPECT_EQ(operations(), "write core/fileio_0/f/control fd_dev_size=2097152\n");
  EXPECT_EQ(recorded("storage fileio disk f")->attribute("size"), "2097152");
  EXPECT_EQ(length(), 2 * one_mib);
  EXPECT_THAT(must(service_->compare(Scope{})).differences, IsEmpty());
}

TEST_P(Resize, TheSameSizeIsNoChange) {
  EXPECT_FALSE(must(resize(one_mib)).changed);
  EXPECT_EQ(operations(), "");
}

TEST_P(Resize, ShrinkingNeedsToBeMeantAndKeepsTheFile) {
  EXPECT_EQ(error_of(resize(one_mib / 2)).errnum, ECANCELED);
  EXPECT_EQ(operations(), "");
  must(resize(one_mib / 2, true));
  EXPECT_EQ(recorded("storage fileio disk f")->attribute("size"), "524288");
  EXPECT_EQ(length(), one_mib);
}

TEST_P(Resize, WhatFailsLeavesTheFileAsItWas) {
  fault_.fail_at(1, EIO);
  EXPECT_FALSE(resize(2 * one_mib));
  EXPECT_EQ(length(), one_mib);
  EXPECT_EQ(recorded("storage fileio disk f")->attribute("size"), "1048576");
}

TEST_P(Resize, ARamDiskGrowsOnLunetdOnly) {
  must(service_->create_ramdisk(ramdisk("r", one_mib)));
  operations();
  const auto resized = tasks_->resize({"ramdisk", "r"}, {2 * one_mib, false});
  if (GetParam() == Kind::stepping) {
    EXPECT_EQ(error_of(resized).errnum, EOPNOTSUPP);
  } else {
    must(resized);
    EXPECT_EQ(operations(), "write core/rd_mcp_1/r/control rd_pages=512\n");
  }
}

TEST_P(Resize, WrongWordsAreRefused) {
  EXPECT_EQ(error_of(tasks_->resize({"fileio", "none"}, {one_mib, false})).errnum, ENOENT);
  EXPECT_EQ(error_of(tasks_->resize({"fileio", "f"}, {std::nullopt, false})).errnum, EINVAL);
  EXPECT_EQ(error_of(tasks_->resize({"pscsi", "p"}, {one_mib, false})).errnum, EOPNOTSUPP);
}

}  // namespace
}  // namespace lunet::service
