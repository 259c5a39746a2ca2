// SPDX-License-Identifier: Apache-2.0
#include "shell/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Shell, RunsACommandAndPrintsItsLines) {
  Lab lab;
  lab.runtime.fake.report = {{"Created target X."}, {"port 3260 is taken"}, {}};
  EXPECT_EQ(lab.run("/iscsi create iqn.x"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("create_target iqn.x"));
  EXPECT_EQ(lab.console.out, "Created target X.\n");
  EXPECT_EQ(lab.console.err, "warning: port 3260 is taken\n");
}

TEST(Shell, AnEditReadsNoTree) {
  Lab lab;
  EXPECT_EQ(lab.run("/iscsi/iqn.x/tpg1/luns create /backstores/fileio/d1"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.views, 0);
}

TEST(Shell, TakesALineInOneWord) {
  Lab lab;
  EXPECT_EQ(lab.run_words({"/backstores/fileio create name=d1 file_or_dev='/srv/a b.img' size=1M"}),
            ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre(HasSubstr("create_fileio d1 /srv/a b.img size=1048576")));
}

TEST(Shell, ReportsFailuresWithCauseAndHint) {
  Lab lab;
  lab.runtime.fake.failure = Error{EBUSY, "deleting it: busy", "log out first"};
  EXPECT_EQ(lab.run("/iscsi create"), ExitStatus::failed);
  EXPECT_EQ(lab.console.err, "error: deleting it: busy\nhint: log out first\n");
  EXPECT_EQ(lab.console.out, "");
}

TEST(Shell, TellsAHalfUndoneFailureApart) {
  Lab lab;
  lab.runtime.fake.failure = Error{ENOTRECOVERABLE, "half done", ""};
  EXPECT_EQ(lab.run("/iscsi create"), ExitStatus::not_undone);
}

TEST(Shell, WrongWordsAreAUsageErrorAndDoNothing) {
  for (const char* words : {"/iscsi fly", "/iscsy create", "/iscsi create a b", "/iscsi create size=1",
                            "/backstores/ramdisk create x 1Q", "@last ls", "/iscsi/x/tpg1/luns create d1"}) {
    Lab lab;
    EXPECT_EQ(lab.run(words), ExitStatus::usage) << words;
    EXPECT_THAT(lab.runtime.fake.calls, IsEmpty()) << words;
    EXPECT_EQ(lab.console.err.rfind("error: ", 0), 0U) << words;
    EXPECT_THAT(lab.console.err, HasSubstr("\nhint: ")) << words;
  }
}

TEST(Shell, AWordWithoutSlashIsACommand) {
  Lab lab;
  EXPECT_EQ(lab.run("iscsi create"), ExitStatus::usage);
  EXPECT_EQ(lab.run("iscsi/ create"), ExitStatus::done);
}

TEST(Shell, APathAloneIsListed) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("/backstores/fileio/"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("o- fileio"));
}

TEST(Shell, SuggestsANearPathWhenSomethingIsMissing) {
  const std::string target = "/iscsi/iqn.2003-01.org.example:t1";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/iscsi/iqn.2003-01.org.exampel:t1/tpg1 enable", target + "?"},
      {"/iscsi delete iqn.2003-01.org.exmple:t1", target + "?"},
      {"/backstores/fileio delete d2", "/backstores/fileio/d1?"},
      {target + "/tpg1/luns create /backstores/fileio/d3", "/backstores/fileio/d1?"},
  };
  for (const auto& [words, meant] : cases) {
    Lab lab;
    lab.runtime.tree = sample_tree();
    lab.runtime.fake.failure = Error{ENOENT, "it does not exist", "see ls"};
    EXPECT_EQ(lab.run(words), ExitStatus::failed) << words;
    EXPECT_EQ(lab.console.err, "error: it does not exist\nhint: did you mean " + meant + "\n");
  }
}

TEST(Shell, KeepsTheHintWhenNothingIsNear) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  lab.runtime.fake.failure = Error{ENOENT, "it does not exist", "see ls"};
  EXPECT_EQ(lab.run("/iscsi delete naa.5001405000000001"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("hint: see ls"));
}

TEST(Shell, SpeaksJson) {
  Lab lab;
  lab.session.json = true;
  EXPECT_EQ(lab.run("/iscsi create iqn.x"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr(R"("ok": true)"));
  EXPECT_EQ(lab.console.err, "");
  EXPECT_EQ(lab.run("/iscsi fly"), ExitStatus::usage);
  EXPECT_THAT(lab.console.err, HasSubstr(R"("code": "E_USAGE")"));
  EXPECT_THAT(lab.console.err, HasSubstr(R"("object": "/iscsi")"));
}

TEST(Shell, JsonNeverAsks) {
  Lab lab;
  lab.session.json = true;
  lab.console.answer = true;
  lab.runtime.tree = sample_tree();
  node_at(lab.runtime.tree, "/iscsi/iqn.2003-01.org.example:t1/tpg1").details = {{"dynamic_sessions", "x"}};
  EXPECT_EQ(lab.run("/iscsi delete iqn.2003-01.org.example:t1"), ExitStatus::failed);
  EXPECT_EQ(lab.console.question, "");
  EXPECT_THAT(lab.console.err, HasSubstr("E_CONSENT"));
}

TEST(Shell, PassesOnWhatTheRuntimeHasToSay) {
  Lab lab;
  lab.runtime.said = {"lunetd started (pid 1, state X)"};
  EXPECT_EQ(lab.run("/iscsi create"), ExitStatus::done);
  EXPECT_EQ(lab.console.err, "lunetd started (pid 1, state X)\n");
  lab.session.json = true;
  lab.console.out.clear();
  EXPECT_EQ(lab.run("/iscsi create"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("lunetd started"));
}

TEST(Shell, KeepsSecretsOutOfTheHistory) {
  EXPECT_EQ(command_text(std::vector<std::string>{"/iscsi", "set", "discovery_auth", "userid=u",
                                                  "mutual_password=pw"}),
            "/iscsi set discovery_auth userid=u mutual_password=***");
  EXPECT_EQ(command_text(std::vector<std::string>{"/iscsi set auth password='a b'"}),
            "/iscsi set auth password=***");
  EXPECT_EQ(command_text(std::vector<std::string>{"set", "auth", "password=-"}), "set auth password=-");
  EXPECT_EQ(command_text(std::vector<std::string>{"create", "d1", "/srv/a b.img"}),
            "create d1 '/srv/a b.img'");
}

TEST(Shell, ReportsWrongOptionsLikeWrongWords) {
  FakeConsole console;
  EXPECT_EQ(report_usage({EINVAL, "no such option", "look"}, false, console), ExitStatus::usage);
  EXPECT_EQ(console.err, "error: no such option\nhint: look\n");
  EXPECT_EQ(report_usage({EINVAL, "no such option", "look"}, true, console), ExitStatus::usage);
  EXPECT_THAT(console.err, HasSubstr("E_USAGE"));
}

TEST(Shell, NoWordsDoNothing) {
  Lab lab;
  EXPECT_EQ(lab.run_words({" "}), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "");
}

}  // namespace
}  // namespace lunet::shell
