// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/validate/test_findings.h"

namespace lunet::config {

TEST(Duplicates, OneSerialIsOfOneDisk) {
  EXPECT_EQ(
      found_in("storage rd_mcp { disk a { size 1M; wwn 7 }\ndisk b { size 1M; wwn 7 } }"),
      "storage rd_mcp disk b wwn: it is the serial of storage rd_mcp disk a already; initiators would take "
      "them for one; give another, or leave it out\n");
  EXPECT_EQ(found_in("storage rd_mcp { disk a { size 1M; wwn 7 }\ndisk b { size 1M; wwn 8 }\ndisk c size 1M\n"
                     "disk d size 1M }"),
            "");
}

TEST(Duplicates, TwoSpellingsOfOneObjectAreFound) {
  EXPECT_THAT(found_in(in_tpg("portal [2001:db8::5]:3260 {}\nportal [2001:db8:0::5]:3260 {}")),
              testing::HasSubstr("in another spelling; keep one of them"));
}

TEST(Duplicates, RelativePortIdentifiersAreOfOnePortalGroup) {
  EXPECT_THAT(found_in("fabric iscsi target iqn.2003-01.org.example:t { tpgt 1 rtpi 5\ntpgt 2 rtpi 5 }"),
              testing::HasSubstr("tpgt 2 rtpi: it is the relative target port identifier of fabric iscsi"));
}

}  // namespace lunet::config
