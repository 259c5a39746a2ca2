// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "shell/fakes.h"
#include "shell/text_file.h"

namespace lunet::shell {
namespace {

using service::PlannedStep;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

service::PlanReport sample_plan() {
  service::PlanReport plan;
  plan.base = 3;
  plan.name = "site.lio";
  plan.steps = {
      {PlannedStep::Kind::created, "storage rd_mcp disk r", {}},
      {PlannedStep::Kind::changed, "fabric iscsi target t tpgt 1", {"attrib/authentication = 1"}},
      {PlannedStep::Kind::removed, "storage rd_mcp disk old", {}, "the data in RAM disk old is lost"}};
  plan.concerns = {"disk d: it was changed", "the data in RAM disk old is lost"};
  plan.records = {{PlannedStep::Kind::removed,
                   {{config::ObjectClass::storage, "rd_mcp"}, {config::ObjectClass::disk, "old"}}}};
  plan.pending = {{true,
                   {{config::ObjectClass::storage, "fileio"}, {config::ObjectClass::disk, "f"}},
                   "/srv/f.img: No such file or directory"}};
  return plan;
}

TEST(Plan, ListsStepsInOrderAndMarksWhatCannotBeUndone) {
  Lab lab;
  const TextFile file("storage x");
  lab.runtime.whole.planned = sample_plan();
  EXPECT_EQ(lab.run("plan " + file.path() + " --merge"), ExitStatus::different);
  EXPECT_EQ(lab.runtime.whole.asked, fmt::format("plan {} 'storage x' merged", file.path()));
  EXPECT_EQ(lab.console.out,
            "Plan of site.lio on generation 3: 1 to create, 1 to change, 1 to remove\n"
            "  + storage rd_mcp disk r\n"
            "  ~ fabric iscsi target t tpgt 1: attrib/authentication = 1\n"
            "! - storage rd_mcp disk old: the data in RAM disk old is lost\n"
            "! overwrites drift: disk d: it was changed\n"
            "pending: storage fileio disk f: /srv/f.img: No such file or directory\n");
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
}

TEST(Plan, OfNothingToDoIsStatus0) {
  Lab lab;
  EXPECT_EQ(lab.run("plan"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "plan newest");
  lab.runtime.whole.planned.pending = sample_plan().pending;
  EXPECT_EQ(lab.run("plan"), ExitStatus::incomplete);
  EXPECT_EQ(lab.run("plan --merge"), ExitStatus::failed);
  EXPECT_EQ(lab.run("plan --disrupt"), ExitStatus::incomplete);
  EXPECT_EQ(lab.runtime.whole.asked, "plan newest disrupting");
}

TEST(Plan, IsDataWhenAsked) {
  Lab lab;
  lab.runtime.whole.planned = sample_plan();
  EXPECT_EQ(lab.run("plan --json"), ExitStatus::different);
  const auto plan = nlohmann::json::parse(lab.console.out)["plan"];
  EXPECT_EQ(plan["steps"][2]["change"], "removed");
  EXPECT_EQ(plan["steps"][2]["loses"], "the data in RAM disk old is lost");
  EXPECT_EQ(plan["pending"][0]["object"], "storage fileio disk f");
  EXPECT_EQ(plan["generation"], 3);
}

TEST(Apply, NeedsConsentForWhatIsLost) {
  Lab lab;
  const TextFile file("storage x");
  lab.runtime.whole.planned.concerns = {"the data in RAM disk r is lost"};
  EXPECT_EQ(lab.run("apply " + file.path()), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("RAM disk r"));
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
  EXPECT_EQ(lab.run("apply --yes " + file.path()), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre(fmt::format("apply {} 'storage x'", file.path())));
  EXPECT_EQ(lab.runtime.waiters, 0);
  EXPECT_EQ(lab.run("apply /no/such/file"), ExitStatus::failed);
}

TEST(Apply, InDryRunIsThePlan) {
  Lab lab;
  lab.runtime.whole.planned = sample_plan();
  const TextFile file("storage x");
  EXPECT_EQ(lab.run("apply --dry-run " + file.path()), ExitStatus::different);
  EXPECT_THAT(lab.console.out, HasSubstr("Plan of site.lio"));
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
}

TEST(Apply, ThatIsToBeConfirmedHasSomebodyWait) {
  Lab lab;
  lab.runtime.whole.report.confirm_until_s = 1;
  EXPECT_EQ(lab.run("apply --confirmed 5"), ExitStatus::done);
  EXPECT_EQ(lab.run("apply --confirmed=90s"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.waiters, 2);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre("apply newest within 300 s", "apply newest within 90 s"));
  for (const char* words : {"apply --confirmed 0", "apply --confirmed soon", "apply --confirmed -1"})
    EXPECT_NE(lab.run(words), ExitStatus::done) << words;
}

TEST(Rollback, AlwaysNeedsConsentAndListsWhatGoes) {
  Lab lab;
  lab.runtime.generations = {{1, 0, "", ""}, {2, 0, "", ""}, {3, 0, "", ""}};
  lab.runtime.whole.planned = sample_plan();
  EXPECT_EQ(lab.run("rollback"), ExitStatus::failed);
  EXPECT_EQ(lab.runtime.whole.asked, "plan generation 2");
  EXPECT_THAT(lab.console.err, HasSubstr("storage rd_mcp disk old is removed"));
  EXPECT_THAT(lab.console.err, HasSubstr("RAM disk old is lost"));
  EXPECT_EQ(lab.run("rollback 1 --yes"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre("apply generation 1"));
}

TEST(Rollback, ToWhatRunsAsksNobody) {
  Lab lab;
  EXPECT_EQ(lab.run("rollback 3"), ExitStatus::done);
  EXPECT_EQ(lab.run("rollback"), ExitStatus::failed) << "there is no generation at all";
}

TEST(Undo, SaysWhatItTookBack) {
  Lab lab;
  EXPECT_EQ(lab.run("undo"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre("apply generation 4 because undo: generation 4 again"));
  EXPECT_THAT(lab.console.out, HasSubstr("Undone: '/iscsi create x' of generation 5."));
}

TEST(Clear, NeedsConsent) {
  Lab lab;
  lab.runtime.whole.planned = sample_plan();
  EXPECT_EQ(lab.run("clear"), ExitStatus::failed);
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
  EXPECT_EQ(lab.run("clear --yes"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre("apply the empty configuration ''"));
}

TEST(Confirm, KeepsOrWaits) {
  Lab lab;
  EXPECT_EQ(lab.run("confirm"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre("confirm"));
  EXPECT_EQ(lab.run("confirm --wait"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("Nothing waits"));
  lab.runtime.whole.waiting = {8, 7, std::time(nullptr) - 1};
  EXPECT_EQ(lab.run("confirm --wait"), ExitStatus::done);
}

TEST(Show, HidesSecretsUnlessAsked) {
  Lab lab;
  EXPECT_EQ(lab.run("show 3"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "text of generation 3 pattern ''");
  EXPECT_EQ(lab.console.out, "the text\n");
  EXPECT_EQ(lab.run("show --show-secrets"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "text of newest pattern '' with secrets");
}

TEST(Dump, PassesPatternAndOptions) {
  Lab lab;
  EXPECT_EQ(lab.run("dump storage --live --all"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "text of newest pattern 'storage' live all");
  EXPECT_EQ(lab.run("dump --only missing"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "text of newest pattern '' missing");
  EXPECT_EQ(lab.run("dump --only nonsense"), ExitStatus::failed);
  EXPECT_EQ(lab.run("dump"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "text of newest pattern ''");
}

TEST(Validate, IsStatus4WhenSomethingIsMissing) {
  Lab lab;
  const TextFile file("storage x");
  EXPECT_EQ(lab.run("validate " + file.path()), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, fmt::format("validate {} 'storage x'", file.path()));
  lab.runtime.whole.findings = {{"storage fileio disk a path: /a is missing"}, {"look"}};
  EXPECT_EQ(lab.run("validate " + file.path()), ExitStatus::incomplete);
  EXPECT_THAT(lab.console.out, HasSubstr("pending: storage fileio disk a path"));
  lab.runtime.whole.failure = Error{EINVAL, "x:1:1: no", ""};
  EXPECT_EQ(lab.run("validate " + file.path()), ExitStatus::failed);
}

TEST(Show, TellsWhatAGenerationChanged) {
  Lab lab;
  EXPECT_EQ(lab.run("show 3 --diff"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.whole.asked, "differences generation 2 and generation 3");
  EXPECT_EQ(lab.run("show 0 --diff"), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
