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

TEST(Shell, TellsTheHistoryWhatWasTypedWithoutSecrets) {
  Lab lab;
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"/iscsi/", "set", "discovery_auth", "userid=u", "mutual_password=pw"},
       "/iscsi set discovery_auth userid=u mutual_password=***"},
      {{"/iscsi set auth password='a b'"}, "/iscsi set auth password=***"},
      {{"set", "auth", "password=-"}, "set auth password=-"},
      {{"/backstores/fileio", "create", "d1", "/srv/a b.img"},
       "/backstores/fileio create d1 '/srv/a b.img'"}};
  for (const auto& [words, expected] : cases) {
    lab.run_words(words);
    EXPECT_EQ(lab.runtime.announced, expected);
  }
  lab.session.place = *follow_path({}, "/backstores");
  lab.run("fileio/ create d1 /x 1M");
  EXPECT_EQ(lab.runtime.announced, "/backstores/fileio create d1 /x 1M");
}

TEST(Shell, RunsOnEveryChildWithAHeader) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("/backstores/* status"), ExitStatus::done);
  EXPECT_EQ(lab.console.out,
            "[/backstores/block]\nStatus for /backstores/block: Storage Objects: 0\n"
            "[/backstores/fileio]\nStatus for /backstores/fileio: Storage Objects: 1\n"
            "[/backstores/pscsi]\nStatus for /backstores/pscsi: Storage Objects: 0\n"
            "[/backstores/ramdisk]\nStatus for /backstores/ramdisk: Storage Objects: 0\n");
  lab.console.out.clear();
  EXPECT_EQ(lab.run("*"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("[/backstores]\no- backstores", 0), 0U);
  EXPECT_EQ(lab.run("* create"), ExitStatus::usage) << "the worst of the children's";
  EXPECT_EQ(lab.run("/nowhere/* ls"), ExitStatus::usage);
}

TEST(Shell, OptionsMayStandBeforeALine) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  node_at(lab.runtime.tree, "/backstores/ramdisk").children.push_back(made(service::NodeKind::disk, "r", ""));
  EXPECT_EQ(run_line("/backstores/ramdisk delete r", lab.session), ExitStatus::failed);
  EXPECT_EQ(run_line("--yes /backstores/ramdisk delete r", lab.session), ExitStatus::done);
  EXPECT_EQ(run_line("--json pwd", lab.session), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("lunet/1"));
  EXPECT_FALSE(lab.session.yes || lab.session.json);
}

LineSource lines(std::vector<std::string> all) {
  return [all, at = std::size_t{0}]() mutable -> std::optional<std::string> {
    return at < all.size() ? std::optional(all[at++]) : std::nullopt;
  };
}

TEST(Scripts, StopAtTheFirstErrorOrGoOn) {
  Lab lab;
  const std::vector<std::string> all = {"/iscsi", "create iqn.a", "# no", "", "fly", "create iqn.b"};
  EXPECT_EQ(run_lines(lines(all), "f", false, lab.session), ExitStatus::failed) << "/iscsi is not there";
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(run_lines(lines(all), "f", false, lab.session), ExitStatus::usage);
  EXPECT_THAT(lab.console.err, HasSubstr("error: f:5: command not found: fly"));
  EXPECT_EQ(run_lines(lines(all), "f", true, lab.session), ExitStatus::usage);
  EXPECT_THAT(lab.runtime.fake.calls,
              ElementsAre("create_target iqn.a", "create_target iqn.a", "create_target iqn.b"));
}

TEST(Scripts, TheStatusIsThatOfTheWorst) {
  using enum ExitStatus;
  const std::array order = {done, different, incomplete, usage, failed, not_undone};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i; j < order.size(); ++j) {
      EXPECT_EQ(worse(order[i], order[j]), order[j]);
      EXPECT_EQ(worse(order[j], order[i]), order[j]);
    }
  }
}

TEST(Scripts, CommandsAreSplitOutsideOfQuotes) {
  EXPECT_THAT(split_commands("a; b 'x;y'; c \"p;\\\";q\";d\\;e"),
              ElementsAre("a", " b 'x;y'", " c \"p;\\\";q\"", "d\\;e"));
  EXPECT_THAT(split_commands(""), ElementsAre(""));
}

TEST(Scripts, ErrorsSayWhichCommandCuresThem) {
  Lab lab;
  lab.session.json = true;
  lab.runtime.fake.failure = Error{ESTALE, "it drifted", "'diff /iscsi' shows what"};
  EXPECT_EQ(lab.run("/iscsi create"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr(R"("command": "diff /iscsi")"));
  EXPECT_THAT(lab.console.err, HasSubstr(R"("status": 1)"));
}

TEST(Shell, ReportsWrongOptionsLikeWrongWords) {
  FakeConsole console;
  EXPECT_EQ(report_usage({EINVAL, "no such option", "look"}, false, console), ExitStatus::usage);
  EXPECT_EQ(console.err, "error: no such option\nhint: look\n");
  EXPECT_EQ(report_usage({EINVAL, "no such option", "look"}, true, console), ExitStatus::usage);
  EXPECT_THAT(console.err, HasSubstr("E_USAGE"));
}

TEST(Shell, EnsureMakesADeleteOfNothingSucceed) {
  Lab lab;
  lab.runtime.fake.failure = Error{ENOENT, "there is no ramdisk disk 'r'", {}};
  EXPECT_EQ(lab.run("/backstores/ramdisk delete r"), ExitStatus::failed);
  lab.session.ensure = true;
  EXPECT_EQ(lab.run("/backstores/ramdisk delete r"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("Nothing to delete: there is no ramdisk"));
  lab.console.out.clear();
  lab.session.json = true;
  EXPECT_EQ(lab.run("/backstores/ramdisk delete r"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("\"changed\": false"));
  EXPECT_EQ(lab.run("/backstores/ramdisk create r 1M"), ExitStatus::failed);
}

TEST(Shell, WhatIsThereAndDiffersIsStatus3) {
  Lab lab;
  lab.session.json = true;
  lab.runtime.fake.failure = Error{ENOTUNIQ, "it differs", {}};
  EXPECT_EQ(lab.run("/backstores/ramdisk create r 1M"), ExitStatus::different);
  EXPECT_THAT(lab.console.err, HasSubstr("E_DIFFERENT"));
}

TEST(Shell, NoWordsDoNothing) {
  Lab lab;
  EXPECT_EQ(lab.run_words({" "}), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "");
}

}  // namespace
}  // namespace lunet::shell
