// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/validate/test_findings.h"

namespace lunet::config {

TEST(References, ALunNeedsItsDisk) {
  EXPECT_EQ(
      found_in("storage rd_mcp disk web1 size 1M\n"
               "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 lun 0 backend rd_mcp:web"),
      "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 lun 0 backend: there is no disk rd_mcp:web; "
      "did you mean web1?\n");
  EXPECT_THAT(found_in(in_tpg("lun 0 backend fileio:r")),
              testing::HasSubstr("no disk fileio:r; create it first"));
  EXPECT_EQ(found_in(in_tpg("lun 0 backend ramdisk:r")), "") << "another name of rd_mcp";
}

TEST(References, AMappedLunNeedsTheLunOfItsPortalGroup) {
  EXPECT_THAT(
      found_in(in_tpg("lun 0 backend rd_mcp:r\nacl iqn.1994-05.com.example:h mapped_lun 0 target_lun 1")),
      testing::HasSubstr("mapped_lun 0 target_lun: there is no lun 1 in fabric iscsi target "
                         "iqn.2003-01.org.example:t tpgt 1"));
}

}  // namespace lunet::config
