// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/access.h"

#include <gmock/gmock.h>

namespace lunet::dataplane {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* portal = "127.0.0.1:0";

LunMapping lun(std::uint16_t number, bool write_protected = false) {
  LunMapping made;
  made.lun = number;
  made.write_protected = write_protected;
  return made;
}

std::shared_ptr<Acl> acl_of(const LunMapping& mapping) {
  auto acl = std::make_shared<Acl>();
  acl->luns = {mapping};
  return acl;
}

std::shared_ptr<Acl> with_secrets(iscsi::Credentials initiator) {
  auto acl = acl_of(lun(7));
  acl->secrets.initiator = std::move(initiator);
  return acl;
}

Tpg enabled_tpg() {
  Tpg tpg;
  tpg.target = "iqn.t";
  tpg.enabled = true;
  tpg.authentication = false;
  tpg.portals = {portal};
  tpg.luns = {lun(0), lun(1)};
  tpg.acls["iqn.i"] = acl_of(lun(7));
  tpg.acls["iqn.gr\xC3\xBCn"] = acl_of(lun(8));
  return tpg;
}

Snapshot world(const Tpg& tpg) {
  Snapshot snapshot;
  snapshot.targets =
      std::make_shared<const TargetMap>(TargetMap{{"iqn.t", {{tpg.tag, std::make_shared<const Tpg>(tpg)}}}});
  return snapshot;
}

iscsi::LoginIdentity identity(const char* initiator) {
  iscsi::LoginIdentity made;
  made.initiator_name = initiator;
  made.target_name = "iqn.t";
  return made;
}

// "" when admitted, else class and detail.
std::string refusal(const Snapshot& snapshot, const iscsi::LoginIdentity& who, const char* through = portal) {
  const auto answer = admit(snapshot, who, through);
  const auto* refused = std::get_if<iscsi::Refusal>(&answer);
  if (refused == nullptr) return {};
  return std::to_string(refused->status_class) + "/" + std::to_string(refused->detail);
}

}  // namespace

TEST(Access, DefaultIsDeny) {
  const Snapshot snapshot = world(enabled_tpg());
  EXPECT_EQ(refusal(snapshot, identity("iqn.i")), "");
  EXPECT_EQ(refusal(snapshot, identity("IQN.I")), "") << "names compare without case";
  EXPECT_EQ(refusal(snapshot, identity("IQN.GRU\xCC\x88N")), "") << "and as RFC 3722 says";
  EXPECT_EQ(refusal(snapshot, identity("iqn.stranger")), "2/2");
}

TEST(Access, UnknownTargetWrongPortalAndDisabledGroupDiffer) {
  Tpg tpg = enabled_tpg();
  iscsi::LoginIdentity other = identity("iqn.i");
  other.target_name = "iqn.none";
  EXPECT_EQ(refusal(world(tpg), other), "2/3");
  EXPECT_EQ(refusal(world(tpg), identity("iqn.i"), "127.0.0.1:1"), "2/3");
  tpg.enabled = false;
  EXPECT_EQ(refusal(world(tpg), identity("iqn.i")), "3/1");
}

TEST(Access, SecretsThatAreSetAreAskedFor) {
  const auto required = [](const Tpg& tpg, const char* who = "iqn.i") {
    const auto answer = admit(world(tpg), identity(who), portal);
    return std::get<Grant>(answer).authentication.required;
  };
  Tpg tpg = enabled_tpg();
  const auto acl = acl_of(lun(7));
  tpg.acls["iqn.i"] = acl;
  EXPECT_FALSE(required(tpg));
  acl->secrets.initiator = {"user", "secret"};
  EXPECT_TRUE(required(tpg)) << "-1 with credentials counts as 1";
  acl->secrets.initiator = {"", "secret"};
  EXPECT_TRUE(required(tpg)) << "half of them too";
  acl->authentication = Authentication::off;
  EXPECT_FALSE(required(tpg)) << "only an explicit 0 opens";
  tpg.authentication = true;
  tpg.none = false;
  EXPECT_FALSE(required(tpg));
  acl->authentication = Authentication::on;
  acl->secrets.initiator = {};
  EXPECT_TRUE(required(tpg)) << "and nobody can pass";
  acl->authentication = Authentication::inherit;
  EXPECT_TRUE(required(tpg)) << "as the portal group says";
  tpg.authentication = false;
  EXPECT_TRUE(required(tpg)) << "AuthMethod without None";
  tpg.none = true;
  EXPECT_FALSE(required(tpg));
  tpg.generate_node_acls = true;
  tpg.authentication = true;
  EXPECT_TRUE(required(tpg, "iqn.stranger"));
}

TEST(Access, WithAnAclTheSecretsOfDemoModeDoNot) {
  Tpg tpg = enabled_tpg();
  tpg.generate_node_acls = true;
  tpg.authentication = true;
  tpg.secrets.initiator = {"demo", "demo secret"};
  tpg.secrets.target = {"back", "back secret"};
  tpg.chap_algorithms = {iscsi::ChapAlgorithm::sha256};
  const auto policy_for = [&](const char* who) {
    return std::get<Grant>(admit(world(tpg), identity(who), portal)).authentication;
  };
  EXPECT_EQ(policy_for("iqn.stranger").initiator, tpg.secrets.initiator);
  EXPECT_EQ(policy_for("iqn.stranger").target, tpg.secrets.target);
  EXPECT_EQ(policy_for("iqn.i").initiator, iscsi::Credentials());
  tpg.acls["iqn.i"] = with_secrets({"own", "own secret"});
  EXPECT_EQ(policy_for("IQN.i").initiator.name, "own");
  EXPECT_EQ(policy_for("iqn.i").target, iscsi::Credentials());
  EXPECT_EQ(policy_for("iqn.i").algorithms, tpg.chap_algorithms);
  EXPECT_FALSE(policy_for("iqn.stranger").any_response);
}

TEST(Access, NewSecretsLeaveSessionsAlone) {
  Tpg tpg = enabled_tpg();
  tpg.authentication = true;
  tpg.acls["iqn.i"] = with_secrets({"user", "secret"});
  EXPECT_TRUE(may_enter(tpg, "iqn.i"));
  EXPECT_FALSE(may_enter(tpg, "iqn.stranger"));
}

TEST(Access, DiscoveryHasAPolicyOfItsOwn) {
  Snapshot snapshot = world(enabled_tpg());
  iscsi::LoginIdentity who = identity("iqn.i");
  who.discovery = true;
  snapshot.discovery.required = true;
  snapshot.discovery.initiator = {"finder", "secret"};
  const auto answer = admit(snapshot, who, portal);
  EXPECT_EQ(std::get<Grant>(answer).authentication, snapshot.discovery);
}

TEST(Access, AnAclShowsItsMappedLunsOnly) {
  const Tpg tpg = enabled_tpg();
  EXPECT_THAT(visible_luns(tpg, "iqn.i"), ElementsAre(testing::Field(&LunMapping::lun, 7)));
  EXPECT_THAT(visible_luns(tpg, "iqn.stranger"), IsEmpty());
}

TEST(Access, DemoModeShowsEveryLunReadOnlyUnlessTold) {
  Tpg tpg = enabled_tpg();
  tpg.generate_node_acls = true;
  EXPECT_EQ(refusal(world(tpg), identity("iqn.stranger")), "");
  EXPECT_TRUE(visible_luns(tpg, "iqn.stranger").at(1).write_protected);
  tpg.demo_mode_write_protect = false;
  EXPECT_FALSE(visible_luns(tpg, "iqn.stranger").at(1).write_protected);
  EXPECT_FALSE(visible_luns(tpg, "iqn.i").at(0).write_protected) << "an ACL is not demo mode";
}

TEST(Access, DiscoveryHidesWhatItMust) {
  const auto resolve = [](const std::string& address) { return address; };
  Tpg tpg = enabled_tpg();
  EXPECT_EQ(discover(world(tpg), "iqn.stranger", "", resolve).size(), 1U);
  EXPECT_THAT(discover(world(tpg), "iqn.stranger", "iqn.other", resolve), IsEmpty());
  tpg.demo_mode_discovery = false;
  EXPECT_THAT(discover(world(tpg), "iqn.stranger", "", resolve), IsEmpty());
  EXPECT_EQ(discover(world(tpg), "iqn.i", "", resolve).size(), 1U);
  tpg.enabled = false;
  EXPECT_THAT(discover(world(tpg), "iqn.i", "", resolve), IsEmpty());
}

}  // namespace lunet::dataplane
