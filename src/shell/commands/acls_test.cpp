// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* sample_acl = "/iscsi/iqn.2003-01.org.example:t1/tpg1/acls/iqn.1994-05.com.example:h1";

TEST(Acls, AreCreatedAndDeleted) {
  Lab lab;
  for (const char* words :
       {"/iscsi/t/tpg1/acls create iqn.h", "/iscsi/t/tpg1/acls create iqn.h add_mapped_luns=no",
        "/iscsi/t/tpg1/acls delete iqn.h"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::done) << words;
  }
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("create_acl t:1 iqn.h add=true",
                                                  "create_acl t:1 iqn.h add=false", "delete_acl t:1 iqn.h"));
}

TEST(MappedLuns, TakeNumbersInEveryForm) {
  Lab lab;
  for (const char* words :
       {"/iscsi/t/tpg1/acls/h create 5 0", "/iscsi/t/tpg1/acls/h create mapped_lun5 lun3 true",
        "/iscsi/t/tpg1/acls/h create mapped_lun=1 lun=2",
        "/iscsi/t/tpg1/acls/h create 1 tpg_lun_or_backstore=2 write_protect=1",
        "/iscsi/t/tpg1/acls/h delete mapped_lun5", "/iscsi/t/tpg1/acls/h delete lun4"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::done) << words << lab.console.err;
  }
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("create_mapped_lun t:1 h 5->0 write_protect=false",
                                                  "create_mapped_lun t:1 h 5->3 write_protect=true",
                                                  "create_mapped_lun t:1 h 1->2 write_protect=false",
                                                  "create_mapped_lun t:1 h 1->2 write_protect=true",
                                                  "delete_mapped_lun t:1 h 5", "delete_mapped_lun t:1 h 4"));
}

TEST(MappedLuns, TakeTheDiskOfALun) {
  Lab lab;
  EXPECT_EQ(lab.run(std::string(sample_acl) + " create 3 /backstores/fileio/d1"), ExitStatus::done)
      << lab.console.err;
  EXPECT_EQ(lab.run(std::string(sample_acl) + " create 4 /srv/x.img"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre(HasSubstr("3->fileio/d1"), HasSubstr("4->/srv/x.img")));
  EXPECT_EQ(lab.run(std::string(sample_acl) + " create 3 /backstores"), ExitStatus::usage);
}

}  // namespace
}  // namespace lunet::shell
