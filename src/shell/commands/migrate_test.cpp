// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using service::RuntimeKind;
using testing::HasSubstr;

MigrationQuestion from_kernel() {
  return {RuntimeKind::kernel, RuntimeKind::lunetd, {7, 2, {"host is logged in"}, {"a note"}}, false};
}

TEST(Migrate, NeedsConsentForWhatIsCutOff) {
  Lab lab;
  lab.runtime.migration = from_kernel();
  EXPECT_EQ(lab.run("migrate lunetd"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("not done: host is logged in"));
  EXPECT_EQ(lab.runtime.migrated, "");
  lab.console.answer = true;
  EXPECT_EQ(lab.run("migrate lunetd"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.migrated, "lunetd if host is logged in");
  lab.session.yes = true;
  EXPECT_EQ(lab.run("migrate"), ExitStatus::done);
  EXPECT_EQ(lab.runtime.migrated, "lunetd");
}

TEST(Migrate, ADryRunSaysWhatWouldBe) {
  Lab lab;
  lab.runtime.migration = from_kernel();
  lab.session.yes = true;
  EXPECT_EQ(lab.run("migrate --dry-run"), ExitStatus::different);
  EXPECT_THAT(
      lab.console.out,
      HasSubstr("Plan: generation 7 goes from the kernel's target to lunetd, 2 disks and targets to move\n"
                "! host is logged in"));
  lab.runtime.migration.dry_run = true;
  EXPECT_EQ(lab.run("migrate to=lunetd"), ExitStatus::different);
  EXPECT_EQ(lab.runtime.migrated, "");
}

TEST(Migrate, ToTheSameOneIsNothingToDo) {
  Lab lab;
  lab.runtime.migration = {RuntimeKind::lunetd, RuntimeKind::lunetd, {}, false};
  EXPECT_EQ(lab.run("migrate lunetd"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("Nothing to do: the store is of lunetd."));
  EXPECT_EQ(lab.runtime.migrated, "");
}

TEST(Migrate, KnowsTwoRuntimes) {
  Lab lab;
  EXPECT_EQ(lab.run("migrate scst"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("kernel and lunetd"));
}

}  // namespace
}  // namespace lunet::shell
