// SPDX-License-Identifier: Apache-2.0
#include "engine/control/session_text.h"

#include <gmock/gmock.h>

namespace lunet::control {

namespace {

using testing::HasSubstr;

std::shared_ptr<const dataplane::TargetMap> only_target(const dataplane::Tpg& tpg) {
  return std::make_shared<const dataplane::TargetMap>(
      dataplane::TargetMap{{"iqn.t", {{1, std::make_shared<const dataplane::Tpg>(tpg)}}}});
}

dataplane::SessionInfo session() {
  dataplane::SessionInfo made;
  made.initiator_name = "iqn.i";
  made.initiator_alias = "box";
  made.target = "iqn.t";
  made.portal_group_tag = 1;
  made.isid = {0x80, 1, 2, 3, 4, 5};
  made.tsih = 7;
  made.peer = "192.0.2.9:50000";
  made.negotiated = "MaxBurstLength=262144\nInitialR2T=No\n";
  return made;
}

}  // namespace

TEST(SessionText, InfoHasTheWordsToolsLookFor) {
  const auto text = acl_info({session()}, "iqn.t", "tpgt_1", "IQN.I");
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("InitiatorName: iqn.i\nInitiatorAlias: box\n"));
  EXPECT_THAT(*text,
              HasSubstr("LIO Session ID: 7   ISID: 0x80 01 02 03 04 05  TSIH: 7  SessionType: Normal"));
  EXPECT_THAT(*text, HasSubstr("TARG_SESS_STATE_LOGGED_IN"));
  EXPECT_THAT(*text,
              HasSubstr("CID: 0  Connection State: TARG_CONN_STATE_LOGGED_IN\n   Address 192.0.2.9 TCP"));
}

TEST(SessionText, OthersSessionsAreNotShown) {
  EXPECT_FALSE(acl_info({session()}, "iqn.t", "tpgt_2", "iqn.i"));
  EXPECT_FALSE(acl_info({session()}, "iqn.t", "tpgt_1", "iqn.j"));
  EXPECT_FALSE(acl_info({}, "iqn.t", "tpgt_1", "iqn.i"));
}

TEST(SessionText, NegotiatedValuesByKey) {
  EXPECT_EQ(acl_parameter({session()}, "iqn.t", "iqn.i", "InitialR2T"), "No\n");
  EXPECT_FALSE(acl_parameter({session()}, "iqn.t", "iqn.i", "Initial"));
}

TEST(SessionText, DynamicSessionsAreThoseWithoutAnAcl) {
  dataplane::Snapshot snapshot;
  dataplane::Tpg tpg;
  snapshot.targets = only_target(tpg);
  EXPECT_EQ(dynamic_sessions({session()}, snapshot, "iqn.t", "tpgt_1"), "iqn.i\n");
  tpg.acls["iqn.i"] = std::make_shared<const dataplane::Acl>();
  snapshot.targets = only_target(tpg);
  EXPECT_EQ(dynamic_sessions({session()}, snapshot, "iqn.t", "tpgt_1"), "");
}

TEST(SessionText, AllSessionsOfAPortalGroupWithTheirLuns) {
  dataplane::Snapshot snapshot;
  dataplane::Tpg tpg;
  tpg.acls["iqn.i"] = std::make_shared<const dataplane::Acl>();
  snapshot.targets = only_target(tpg);
  dataplane::SessionInfo other = session();
  other.initiator_name = "iqn.stranger";
  dataplane::SessionInfo with_lun = session();
  with_lun.luns.push_back({3, "core/rd_mcp_0/r", true, {2, 1, 4, 8192, 512, 1, 70}});
  EXPECT_EQ(
      tpg_sessions({with_lun, other}, snapshot, "iqn.t", "tpgt_1"),
      "session sid=7 cid=0 acl=1 address=192.0.2.9:50000 initiator=iqn.i alias=box\n"
      "lun 3 disk=core/rd_mcp_0/r ro=1 reads=2 writes=1 others=4 read_bytes=8192 write_bytes=512 timed=1 "
      "timed_us=70\n"
      "session sid=7 cid=0 acl=0 address=192.0.2.9:50000 initiator=iqn.stranger alias=box\n");
  EXPECT_EQ(tpg_sessions({with_lun}, snapshot, "iqn.t", "tpgt_2"), "");
}

TEST(SessionText, LunsOfAPortalGroupWithAllThatWentThroughThem) {
  EXPECT_EQ(tpg_lun_counters({{3, {2, 1, 4, 8192, 512, 1, 70}}, {10, {}}}),
            "lun 3 reads=2 writes=1 others=4 read_bytes=8192 write_bytes=512 timed=1 timed_us=70\n"
            "lun 10 reads=0 writes=0 others=0 read_bytes=0 write_bytes=0 timed=0 timed_us=0\n");
}

}  // namespace lunet::control
