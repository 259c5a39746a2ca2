// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;

TEST(Luns, AreCreatedFromDisks) {
  Lab lab;
  for (const char* words : {"/iscsi/t/tpg1/luns create /backstores/fileio/d1",
                            "/iscsi/t/tpg1/luns create /backstores/ramdisk/rd0 lun5 false",
                            "/iscsi/t/tpg1/luns create storage_object=backstores/rd_mcp/rd0 lun=6"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::done) << words << lab.console.err;
  }
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("create_lun t:1 fileio/d1 lun=any add=true",
                                                  "create_lun t:1 rd_mcp/rd0 lun=5 add=false",
                                                  "create_lun t:1 rd_mcp/rd0 lun=6 add=true"));
}

TEST(Luns, NeedThePathOfADisk) {
  Lab lab;
  for (const char* words :
       {"/iscsi/t/tpg1/luns create d1", "/iscsi/t/tpg1/luns create /backstores/fileio",
        "/iscsi/t/tpg1/luns create /iscsi/t", "/iscsi/t/tpg1/luns create /backstores/fileio/d1 x"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::usage) << words;
  }
}

TEST(Luns, AreDeletedByNumberOrName) {
  Lab lab;
  for (const char* words : {"/iscsi/t/tpg2/luns delete 0", "/iscsi/t/tpg2/luns delete LUN10"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::done) << words;
  }
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("delete_lun t:2 0", "delete_lun t:2 10"));
}

}  // namespace
}  // namespace lunet::shell
