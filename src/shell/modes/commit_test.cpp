// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Changed : ModeLab {
  Changed() { run("set storage fileio disk a attribute emulate_tpu yes"); }
  std::vector<std::string>& calls() { return lab.runtime.whole.calls; }
};

TEST(Commit, AppliesTheCandidateAndBeginsAnew) {
  Changed lab;
  lab.lab.runtime.whole.began.tree = lab.editing.tree();
  lab.lab.runtime.whole.began.generation = 8;
  EXPECT_EQ(lab.run("commit comment 'as wished'"), "done\n");
  ASSERT_EQ(lab.calls().size(), 1U);
  EXPECT_THAT(lab.calls()[0], StartsWith("apply candidate 'storage fileio"));
  EXPECT_THAT(lab.calls()[0], HasSubstr("emulate_tpu yes"));
  EXPECT_THAT(lab.calls()[0], HasSubstr("because as wished"));
  EXPECT_FALSE(lab.editing.is_changed());
  EXPECT_EQ(lab.editing.base.generation, 8U);
  EXPECT_EQ(lab.run("commit"), "Nothing to commit.\n");
}

TEST(Commit, CheckDoesNothing) {
  Changed lab;
  EXPECT_THAT(lab.run("commit check"), HasSubstr("The candidate can be committed."));
  EXPECT_THAT(lab.calls(), IsEmpty());
  EXPECT_TRUE(lab.editing.is_changed());
}

TEST(Commit, RefusesWhatIsNotWhole) {
  ModeLab lab;
  lab.run("set storage rd_mcp disk r");
  EXPECT_THAT(lab.run("commit"), HasSubstr("required values are missing: storage rd_mcp disk r size"));
  lab.run("set storage rd_mcp disk r size 1M");
  lab.lab.runtime.whole.planned.pending = {
      {true,
       {{config::ObjectClass::storage, "rd_mcp"}, {config::ObjectClass::disk, "r"}},
       "it is not there"}};
  EXPECT_THAT(lab.run("commit"), HasSubstr("storage rd_mcp disk r: it is not there"));
  EXPECT_THAT(lab.lab.runtime.whole.calls, IsEmpty());
}

TEST(Commit, OfWhatLosesSomethingNeedsConsent) {
  Changed lab;
  lab.lab.runtime.whole.planned.concerns = {"the data in RAM disk r is lost"};
  EXPECT_THAT(lab.run("commit"), HasSubstr("not done: the data in RAM disk r is lost"));
  EXPECT_THAT(lab.calls(), IsEmpty());
  EXPECT_EQ(lab.run("--yes commit"), "done\n");
  EXPECT_FALSE(lab.lab.session.yes);
}

TEST(Commit, InteractiveAsksBeforeAnythingIsDone) {
  Changed lab;
  EXPECT_THAT(lab.run("commit interactive"), HasSubstr("nobody to ask"));
  lab.editing.terminal = true;
  lab.lab.console.answer = false;
  lab.lab.runtime.whole.planned.records = {
      {service::PlannedStep::Kind::changed, {{config::ObjectClass::storage, "fileio"}}, {"x"}}};
  EXPECT_THAT(lab.run("commit interactive"), HasSubstr("nothing was done"));
  EXPECT_EQ(lab.lab.console.question, "~ storage fileio: x");
  EXPECT_THAT(lab.calls(), IsEmpty());
  lab.lab.console.answer = true;
  EXPECT_EQ(lab.run("commit interactive and-quit"), "done\n");
  EXPECT_TRUE(lab.editing.leave);
}

TEST(Commit, ConfirmedStartsWhoTakesItBack) {
  Changed lab;
  lab.lab.runtime.whole.report.confirm_until_s = 1;
  EXPECT_EQ(lab.run("commit confirmed 5"), "done\n");
  EXPECT_THAT(lab.calls()[0], HasSubstr("within 300 s"));
  EXPECT_EQ(lab.lab.runtime.waiters, 1);
  Changed seconds;
  seconds.run("commit confirmed 90s");
  EXPECT_THAT(seconds.calls()[0], HasSubstr("within 90 s"));
  Changed usual;
  usual.run("commit confirmed comment x");
  EXPECT_THAT(usual.calls()[0], HasSubstr("within 600 s"));
  EXPECT_THAT(Changed().run("commit confirmed 0"), HasSubstr("no time to wait for"));
}

TEST(Commit, AnotherOneConfirms) {
  ModeLab lab;
  lab.lab.runtime.whole.waiting = store::Confirmation{7, 6, 99};
  EXPECT_EQ(lab.run("commit"), "done\n");
  EXPECT_THAT(lab.lab.runtime.whole.calls, ElementsAre("confirm"));
  EXPECT_EQ(lab.run("confirm"), "done\n");
}

TEST(Commit, KnowsItsWords) {
  Changed lab;
  EXPECT_THAT(lab.run("commit now"), HasSubstr("what is 'now'?"));
  EXPECT_TRUE(lab.editing.misused);
  EXPECT_THAT(lab.run("commit comment"), HasSubstr("what is 'comment'?"));
}

}  // namespace
}  // namespace lunet::shell::modes
