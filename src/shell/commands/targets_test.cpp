// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Targets, AreCreatedAndDeleted) {
  Lab lab;
  for (const char* words :
       {"/iscsi create", "/iscsi create iqn.x", "/iscsi create wwn=iqn.y", "/iscsi delete iqn.x"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::done) << words;
  }
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("create_target ", "create_target iqn.x",
                                                  "create_target iqn.y", "delete_target iqn.x"));
}

TEST(Targets, OfOtherFabricsSayWhichFabric) {
  Lab lab;
  EXPECT_EQ(lab.run("/loopback create"), ExitStatus::done);
  EXPECT_EQ(lab.run("/loopback delete naa.5001405000000001"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls,
              ElementsAre("create_target  of loopback", "delete_target naa.5001405000000001 of loopback"));
}

TEST(Tpgs, TakeATagWithOrWithoutPrefix) {
  Lab lab;
  for (const char* words :
       {"/iscsi/iqn.x create", "/iscsi/iqn.x create tpg2", "/iscsi/iqn.x create tag=3",
        "/iscsi/iqn.x delete TPG2", "/iscsi/iqn.x/tpg1 enable", "/iscsi/iqn.x/1 disable"}) {
    EXPECT_EQ(lab.run(words), ExitStatus::done) << words << lab.console.err;
  }
  EXPECT_THAT(lab.runtime.fake.calls,
              ElementsAre("create_tpg iqn.x any", "create_tpg iqn.x 2", "create_tpg iqn.x 3",
                          "delete_tpg iqn.x:2", "enable_tpg iqn.x:1 true", "enable_tpg iqn.x:1 false"));
}

TEST(Tpgs, InUseNeedConsentToEnd) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  const std::string tpg = "/iscsi/iqn.2003-01.org.example:t1/tpg1";
  node_at(lab.runtime.tree, tpg).details.emplace_back("dynamic_sessions", "iqn.guest");
  EXPECT_EQ(lab.run(tpg + " disable"), ExitStatus::failed);
  EXPECT_EQ(lab.run("/iscsi/iqn.2003-01.org.example:t1 delete 1"), ExitStatus::failed);
  EXPECT_EQ(lab.run("/iscsi delete iqn.2003-01.org.example:t1"), ExitStatus::failed);
  EXPECT_THAT(lab.runtime.fake.calls, IsEmpty());
  lab.console.answer = true;
  EXPECT_EQ(lab.run(tpg + " disable"), ExitStatus::done);
  EXPECT_THAT(lab.console.question, HasSubstr("iqn.guest is logged in"));
}

TEST(Targets, BeginAsThePreferencesSay) {
  Lab lab;
  EXPECT_EQ(lab.run("set global auto_enable_tpgt=false auto_add_default_portal=false"), ExitStatus::done);
  EXPECT_EQ(lab.run("/iscsi create iqn.x"), ExitStatus::done);
  EXPECT_EQ(lab.run("/iscsi/iqn.x create"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("create_target iqn.x disabled no-portal",
                                                  "create_tpg iqn.x any disabled no-portal"));
}

}  // namespace
}  // namespace lunet::shell
