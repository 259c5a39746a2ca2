// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ShareCommand, SaysWhatToMakeAndForWhom) {
  Lab lab;
  EXPECT_EQ(lab.run("share /srv/a.img --size 1G --to iqn.1994-05.com.example:h1 iqn.1994-05.com.example:h2 "
                    "--portal :3261 --read-only"),
            ExitStatus::done);
  EXPECT_EQ(lab.run("share /backstores/fileio/d1 --to iqn.1994-05.com.example:h1,iqn.1994-05.com.example:h2 "
                    "--portal [::1]:3260 --target iqn.2003-01.org.example:t9"),
            ExitStatus::done);
  EXPECT_THAT(lab.runtime.work.calls,
              ElementsAre("share /srv/a.img iqn.1994-05.com.example:h1 iqn.1994-05.com.example:h2 "
                          "size=1073741824 at :3261 ro",
                          "share fileio/d1 iqn.1994-05.com.example:h1 iqn.1994-05.com.example:h2 "
                          "target=iqn.2003-01.org.example:t9 at [::1]:3260"));
}

TEST(ShareCommand, ReadsTheSecretAndSaysWhatToTypeWithoutIt) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  service::ViewNode& portal =
      node_at(lab.runtime.tree, "/iscsi/iqn.2003-01.org.example:t1/tpg1/portals/[::0]:3260");
  portal.details = {{"ip_address", "192.0.2.1"}, {"port", "3260"}};
  lab.runtime.work.report.created = "/iscsi/iqn.2003-01.org.example:t1/tpg1/luns/lun0";
  EXPECT_EQ(lab.run("share /srv/a.img --to iqn.1994-05.com.example:h1 --userid me --password -"),
            ExitStatus::done);
  EXPECT_THAT(lab.runtime.work.calls,
              ElementsAre("share /srv/a.img iqn.1994-05.com.example:h1 as me typed secret"));
  EXPECT_THAT(lab.console.out,
              HasSubstr("iscsiadm -m node -T iqn.2003-01.org.example:t1 -p 192.0.2.1:3260 --login"));
  EXPECT_EQ(lab.console.out.find("typed secret"), std::string::npos);
}

TEST(ShareCommand, UnsharingCutsNobodyOffWithoutConsent) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  service::ViewNode& acl =
      node_at(lab.runtime.tree, "/iscsi/iqn.2003-01.org.example:t1/tpg1/acls/iqn.1994-05.com.example:h1");
  acl.children.front().details.emplace_back("storage_object", "/backstores/fileio/d1");
  EXPECT_EQ(lab.run("unshare /backstores/fileio/d1"), ExitStatus::done);
  acl.details.emplace_back("session", "logged in");
  EXPECT_EQ(lab.run("unshare /backstores/fileio/d1"), ExitStatus::failed);
  EXPECT_EQ(lab.run("unshare /backstores/fileio/d1 --yes"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.work.calls, ElementsAre("unshare fileio/d1", "unshare fileio/d1"));
}

}  // namespace
}  // namespace lunet::shell
