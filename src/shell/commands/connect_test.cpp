// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

void prepare_connection(Lab& lab) {
  lab.runtime.tree = sample_tree();
  node_at(lab.runtime.tree, "/iscsi/iqn.2003-01.org.example:t1/tpg1/portals/[::0]:3260").details = {
      {"ip_address", "192.0.2.1"}, {"port", "3260"}};
  service::ViewNode& disk = node_at(lab.runtime.tree, "/backstores/fileio/d1");
  disk.details.emplace_back("wwn", "12345678-9abc-def0-1234-56789abcdef0");
  service::ViewNode& acl =
      node_at(lab.runtime.tree, "/iscsi/iqn.2003-01.org.example:t1/tpg1/acls/iqn.1994-05.com.example:h1");
  acl.details.emplace_back("node_wwn", acl.name);
  acl.children.front().details.emplace_back("storage_object", "/backstores/fileio/d1");
}

}  // namespace

TEST(ConnectCommand, NamesTheDiskAsTheHostWillSeeIt) {
  Lab lab;
  prepare_connection(lab);
  EXPECT_EQ(lab.run("connect iqn.2003-01.org.example:t1"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("InitiatorName=iqn.1994-05.com.example:h1"));
  EXPECT_THAT(lab.console.out, HasSubstr("iscsiadm -m discovery -t sendtargets -p 192.0.2.1:3260\n"));
  EXPECT_THAT(lab.console.out, HasSubstr("/dev/disk/by-id/wwn-0x6001405123456789abcdef0123456789"));
}

TEST(ConnectCommand, EverySystemIsToldTheUserAndNeverTheSecret) {
  for (const char* system : {"linux", "windows", "esxi", "libvirt", "qemu", "k8s", "libiscsi"}) {
    Lab lab;
    prepare_connection(lab);
    lab.runtime.fake.values = {{"userid", "chap-user", true}, {"password", "chap-secret", true}};
    EXPECT_EQ(lab.run(std::string("connect iqn.2003-01.org.example:t1 --for ") + system), ExitStatus::done)
        << system;
    EXPECT_THAT(lab.console.out, HasSubstr("chap-user")) << system;
    EXPECT_EQ(lab.console.out.find("chap-secret"), std::string::npos) << system;
    EXPECT_THAT(lab.console.out, HasSubstr("192.0.2.1")) << system;
  }
}

TEST(ConnectCommand, WrongWordsAndNothingToReach) {
  Lab lab;
  prepare_connection(lab);
  EXPECT_EQ(lab.run("connect iqn.2003-01.org.example:t1 --for linus"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("did you mean 'linux'?"));
  EXPECT_EQ(lab.run("connect iqn.2003-01.org.example:none"), ExitStatus::failed);
  node_at(lab.runtime.tree, "/iscsi/iqn.2003-01.org.example:t1/tpg1/portals").children.clear();
  EXPECT_EQ(lab.run("connect iqn.2003-01.org.example:t1"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("portals create"));
}

}  // namespace
}  // namespace lunet::shell
