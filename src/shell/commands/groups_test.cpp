// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* an_acl = "/iscsi/t/tpg1/acls/h ";

struct Groups : testing::Test {
  Groups() {
    lab.runtime.fake.values = {
        {"block_size", "512", true}, {"hw_block_size", "512", false}, {"of_the_future", "x", true}};
  }
  ExitStatus run(const std::string& words) { return lab.run(words); }
  void use_credentials() {
    lab.runtime.fake.values = {{"password", "", true}, {"userid", "u", true}, {"userid_mutual", "", true}};
  }
  Lab lab;
};

TEST_F(Groups, AreListedForANode) {
  EXPECT_EQ(run("/iscsi/t/tpg1 get"), ExitStatus::done);
  EXPECT_EQ(run("/iscsi set"), ExitStatus::done);
  EXPECT_EQ(run("/backstores get"), ExitStatus::done);
  EXPECT_EQ(lab.console.out,
            "Configuration groups: attribute, auth, global, parameter\n"
            "Configuration groups: discovery_auth, global\nConfiguration groups: global\n");
}

TEST_F(Groups, AreShownWithDescriptions) {
  EXPECT_EQ(run("/backstores/fileio/d1 get attribute"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.fake.asked, "storage fileio disk d1 attribute");
  EXPECT_EQ(lab.console.out.rfind(
                "ATTRIBUTE CONFIG GROUP\n======================\nblock_size=512\n--------------\n", 0),
            0U)
      << lab.console.out;
  EXPECT_THAT(lab.console.out, HasSubstr("\nhw_block_size=512 [ro]\n----------------------\n"));
}

TEST_F(Groups, ShowNamedParametersOneALine) {
  EXPECT_EQ(run("/backstores/fileio/d1 get attribute block_size hw_block_size"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "block_size=512 \nhw_block_size=512 [ro]\n");
  EXPECT_EQ(run("/backstores/fileio/d1 get attribute block_sice"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("did you mean 'block_size'?"));
}

TEST_F(Groups, AreSetInOneEdit) {
  EXPECT_EQ(run("/backstores/fileio/d1 set attribute block_size=4096 of_the_future=a"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls,
              ElementsAre("set_group storage fileio disk d1 attribute block_size=4096 of_the_future=a"));
}

TEST_F(Groups, AreCheckedBeforeTheyAreSet) {
  for (const char* pair : {"block_size=big", "block_size=", "hw_block_size=512", "nothing=1"}) {
    EXPECT_EQ(run(std::string("/backstores/fileio/d1 set attribute of_the_future=a ") + pair),
              ExitStatus::failed)
        << pair;
  }
  EXPECT_EQ(run("/backstores/fileio/d1 set auth userid=x"), ExitStatus::failed);
  EXPECT_EQ(run("/backstores/fileio/d1 set atribute x=1"), ExitStatus::usage);
  EXPECT_THAT(lab.runtime.fake.calls, IsEmpty());
}

TEST_F(Groups, ShowWhatCanBeSet) {
  EXPECT_EQ(run("/backstores/fileio/d1 set attribute"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("block_size=number\n"));
  EXPECT_THAT(lab.console.out, HasSubstr("of_the_future=string\n"));
  EXPECT_THAT(lab.console.out, Not(HasSubstr("hw_block_size")));
}

TEST_F(Groups, TakeBothNamesOfACredential) {
  use_credentials();
  EXPECT_EQ(run(std::string(an_acl) + "set auth mutual_userid=me"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre(HasSubstr(" auth userid_mutual=me")));
  EXPECT_EQ(run(std::string(an_acl) + "get auth mutual_userid"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("mutual_userid= \n"));
}

TEST_F(Groups, ReadASecretFromTheConsole) {
  use_credentials();
  EXPECT_EQ(run(std::string(an_acl) + "set auth userid=u password=-"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre(HasSubstr("userid=u password=typed secret")));
  EXPECT_EQ(lab.console.err, "");
}

TEST_F(Groups, WarnOfASecretInTheArguments) {
  use_credentials();
  EXPECT_EQ(run(std::string(an_acl) + "set auth password=open"), ExitStatus::done);
  EXPECT_THAT(lab.console.err, HasSubstr("warning: a secret on the command line"));
  EXPECT_THAT(lab.console.err, Not(HasSubstr("open")));
}

TEST_F(Groups, PreferencesAreOneOfEveryNode) {
  EXPECT_EQ(run("set global prompt_length=12 color_mode=no"), ExitStatus::done);
  EXPECT_EQ(run("/iscsi get global prompt_length"), ExitStatus::done);
  EXPECT_EQ(
      lab.console.out,
      "Parameter prompt_length is now '12'.\nParameter color_mode is now 'false'.\nprompt_length=12 \n");
  EXPECT_EQ(run("set global prompt_length=wide"), ExitStatus::failed);
  EXPECT_EQ(run("set global prompt=1"), ExitStatus::failed);
  EXPECT_EQ(lab.session.preferences.number("prompt_length"), 12);
  EXPECT_THAT(lab.runtime.fake.calls, IsEmpty());
}

TEST_F(Groups, PreferencesAreDescribed) {
  EXPECT_EQ(run("get global"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("GLOBAL CONFIG GROUP\n===================\n"));
  EXPECT_THAT(lab.console.out, HasSubstr("tree_max_depth=0\n----------------\nLevels"));
  lab.console.out.clear();
  EXPECT_EQ(run("set global"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("color_default=colordefault\n"));
}

TEST_F(Groups, OfAShellDoNotWarnOfSecretsThatOnlyTheUserSees) {
  use_credentials();
  lab.session.stays = true;
  EXPECT_EQ(run(std::string(an_acl) + "set auth password=open"), ExitStatus::done);
  EXPECT_EQ(lab.console.err, "");
  EXPECT_THAT(lab.runtime.announced, HasSubstr("password=***"));
}

}  // namespace
}  // namespace lunet::shell
