// SPDX-License-Identifier: Apache-2.0
#include "shell/consent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using service::NodeKind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* used_tpg = "/iscsi/iqn.2003-01.org.example:t1/tpg1";
const std::string used_acl = std::string(used_tpg) + "/acls/iqn.1994-05.com.example:h1";
constexpr const char* cut_off = "iqn.1994-05.com.example:h1 is logged in and would be cut off";

std::vector<std::string> lost_with(const service::ViewNode& tree, const std::string& path) {
  const auto place = follow_path({}, path);
  EXPECT_TRUE(place);
  return losses(tree, *place);
}

service::ViewNode with_session() {
  service::ViewNode tree = sample_tree();
  node_at(tree, used_acl).details.emplace_back("session", "logged in");
  return tree;
}

const std::vector<std::string> used_paths = {"/backstores/fileio/d1",
                                             "/iscsi/iqn.2003-01.org.example:t1",
                                             used_tpg,
                                             std::string(used_tpg) + "/luns/lun0",
                                             used_acl,
                                             used_acl + "/mapped_lun0",
                                             std::string(used_tpg) + "/portals/[::0]:3260"};

TEST(Consent, IsNotNeededForWhatNobodyUses) {
  for (const std::string& path : used_paths) EXPECT_THAT(lost_with(sample_tree(), path), IsEmpty()) << path;
  EXPECT_THAT(lost_with(with_session(), "/backstores/fileio/other"), IsEmpty());
}

TEST(Consent, IsNeededWhereAnInitiatorIsLoggedIn) {
  for (const std::string& path : used_paths)
    EXPECT_THAT(lost_with(with_session(), path), ElementsAre(cut_off)) << path;
}

TEST(Consent, IsNotNeededForALunThatNoSessionSees) {
  service::ViewNode tree = with_session();
  node_at(tree, used_acl).children.clear();
  EXPECT_THAT(lost_with(tree, std::string(used_tpg) + "/luns/lun0"), IsEmpty());
  EXPECT_THAT(lost_with(tree, "/backstores/fileio/d1"), IsEmpty());
}

TEST(Consent, IsNeededForADiskInUserSpaceToo) {
  service::ViewNode tree = with_session();
  service::ViewNode handler{NodeKind::plugin, "user:qcow", "", service::Health::none, {}, {}, {}};
  handler.children.push_back({NodeKind::disk, "u0", "", service::Health::good, {}, {}, {}});
  node_at(tree, "/backstores").children.push_back(std::move(handler));
  EXPECT_THAT(lost_with(tree, "/backstores/user:qcow/u0"), IsEmpty());
  for (auto& [key, value] : node_at(tree, std::string(used_tpg) + "/luns/lun0").details) {
    if (key == "storage_object") value = "/backstores/user/u0";
  }
  EXPECT_THAT(lost_with(tree, "/backstores/user:qcow/u0"), ElementsAre(cut_off));
}

TEST(Consent, CountsInitiatorsWithoutAnAcl) {
  service::ViewNode tree = sample_tree();
  node_at(tree, used_tpg).details.emplace_back("dynamic_sessions", "iqn.1994-05.com.example:guest");
  EXPECT_THAT(lost_with(tree, "/backstores/fileio/d1"),
              ElementsAre("iqn.1994-05.com.example:guest is logged in and would be cut off"));
  EXPECT_THAT(lost_with(tree, used_acl), IsEmpty());
}

TEST(Consent, IsNeededForTheDataOfARamDisk) {
  service::ViewNode tree = sample_tree();
  auto& disks = node_at(tree, "/backstores/ramdisk").children;
  disks.push_back({NodeKind::disk, "rd0", "", service::Health::good, {}, {{"nullio", "false"}}, {}});
  disks.push_back({NodeKind::disk, "null0", "", service::Health::good, {}, {{"nullio", "true"}}, {}});
  EXPECT_THAT(lost_with(tree, "/backstores/ramdisk/rd0"),
              ElementsAre("the data in RAM disk rd0 would be lost"));
  EXPECT_THAT(lost_with(tree, "/backstores/ramdisk/null0"), IsEmpty());
}

TEST(Consent, ToWhatIsInATargetLooksAtThatTargetAlone) {
  Lab lab;
  lab.runtime.tree = with_session();
  for (const std::string& path : used_paths) {
    lab.runtime.views = 0;
    const auto place = follow_path({}, path);
    ASSERT_TRUE(place);
    const auto asked = require_consent_to(lab.session, "delete", *place);
    ASSERT_FALSE(asked) << path;
    EXPECT_THAT(asked.error().message, testing::HasSubstr(cut_off));
    EXPECT_EQ(lab.runtime.views, place->kind == NodeKind::disk ? 1 : 0) << path;
  }
}

TEST(Consent, IsAskedForAtATerminalOnly) {
  Lab lab;
  const auto refused = require_consent(lab.session, "delete x", {"a is lost"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, ECANCELED);
  EXPECT_EQ(refused.error().message, "delete x: not done: a is lost");
  EXPECT_NE(refused.error().hint.find("--yes"), std::string::npos);
  lab.console.answer = true;
  EXPECT_TRUE(require_consent(lab.session, "delete x", {"a is lost"}));
  EXPECT_EQ(lab.console.question, "delete x: a is lost. Go on?");
  lab.console.answer = false;
  EXPECT_FALSE(require_consent(lab.session, "delete x", {"a is lost"}));
  lab.console.answer.reset();
  lab.session.yes = true;
  EXPECT_TRUE(require_consent(lab.session, "delete x", {"a is lost"}));
}

}  // namespace
}  // namespace lunet::shell
