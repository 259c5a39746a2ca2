// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

service::LoginSession sample_session() {
  service::LoginSession session;
  session.sid = "3";
  session.alias = "box";
  session.state = session.connection_state = "LOGGED_IN";
  session.initiator = "iqn.1994-05.com.example:h1";
  session.target = "iqn.2003-01.org.example:t1";
  session.authenticated = true;
  session.address = "192.0.2.9";
  session.transport = "TCP";
  session.cid = "0";
  session.luns = {{0, "fileio/d1", false, service::LunTraffic{.reads = 2, .read_bytes = 4096}}};
  return session;
}

}  // namespace

TEST(SessionsCommand, ListsAsTheOlderToolDid) {
  Lab lab;
  EXPECT_EQ(lab.run("sessions"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "(no open sessions)\n");
  lab.console.out.clear();
  lab.runtime.work.open = {sample_session()};
  EXPECT_EQ(lab.run("sessions list"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "alias: box\tsid: 3 type: Normal session-state: LOGGED_IN\n");
}

TEST(SessionsCommand, InDetailWithItsLunsAndConnection) {
  Lab lab;
  lab.runtime.work.open = {sample_session()};
  EXPECT_EQ(lab.run("sessions detail 3"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("    name: iqn.1994-05.com.example:h1 (authenticated)\n"));
  EXPECT_THAT(lab.console.out,
              HasSubstr("    mapped-lun: 0 backstore: fileio/d1 mode: rw reads: 2 writes: 0\n"));
  EXPECT_THAT(lab.console.out,
              HasSubstr("    address: 192.0.2.9 (TCP)  cid: 0 connection-state: LOGGED_IN\n"));
}

TEST(SessionsCommand, RowsForAwkAndForJson) {
  Lab lab;
  lab.runtime.work.open = {sample_session()};
  EXPECT_EQ(lab.run("sessions list -H -p -o sid,read"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "3\t4096\n");
  lab.console.out.clear();
  lab.session.json = true;
  EXPECT_EQ(lab.run("sessions"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("\"initiator\": \"iqn.1994-05.com.example:h1\""));
  EXPECT_THAT(lab.console.out, HasSubstr("\"sid\": 3"));
}

TEST(SessionsCommand, EndingOneNeedsConsentAndItsNumber) {
  Lab lab;
  lab.runtime.work.open = {sample_session()};
  EXPECT_EQ(lab.run("sessions kick"), ExitStatus::failed);
  EXPECT_EQ(lab.run("sessions kick 3"), ExitStatus::failed);
  EXPECT_TRUE(lab.runtime.work.calls.empty());
  EXPECT_EQ(lab.run("sessions kick 3 --yes"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.work.calls, ElementsAre("kick 3 iqn.1994-05.com.example:h1"));
  EXPECT_EQ(lab.run("sessions kick 4 --yes"), ExitStatus::failed);
  EXPECT_EQ(lab.run("sessions detail x"), ExitStatus::failed);
  EXPECT_EQ(lab.run("sessions dance"), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
