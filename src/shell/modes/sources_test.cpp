// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "shell/commands/files.h"
#include "shell/modes/mode_lab.h"
#include "shell/text_file.h"

namespace lunet::shell::modes {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Load, ReplacesTheCandidate) {
  ModeLab lab;
  const TextFile file("storage rd_mcp disk r {\n    size 1M\n    wwn s\n}\n");
  EXPECT_THAT(lab.run("load " + file.path()), HasSubstr("Loaded: 3 differences"));
  EXPECT_EQ(lab.run("show"), "storage rd_mcp disk r {\n    size 1048576\n    wwn s\n}\n");
  EXPECT_THAT(lab.run("load live"), HasSubstr("Loaded"));
  EXPECT_FALSE(lab.editing.is_changed());
  EXPECT_THAT(lab.run("load /no/such/file"), HasSubstr("No such file"));
  EXPECT_THAT(lab.run("load"), HasSubstr("name one file"));
}

TEST(Load, MistakesHaveTheirPlaces) {
  ModeLab lab;
  const TextFile file("storage rd_mcp disk r {\n    size much\n}\n");
  EXPECT_THAT(lab.run("load " + file.path()), HasSubstr(file.path() + ":2:"));
}

TEST(Load, AsksAtATerminalWhenChangesWouldGo) {
  ModeLab lab;
  lab.run("set storage fileio disk a size 2M");
  lab.editing.terminal = true;
  lab.lab.console.answer = false;
  EXPECT_THAT(lab.run("load live"), HasSubstr("as you said"));
  EXPECT_THAT(lab.run("clear"), HasSubstr("Cleared"));
}

TEST(Merge, KeepsWhatTheFileDoesNotHave) {
  ModeLab lab;
  const TextFile file("storage fileio disk a size 3M\n");
  EXPECT_THAT(lab.run("merge " + file.path()), HasSubstr("Merged: 1 difference;"));
  EXPECT_THAT(lab.run("show storage fileio disk b size"), HasSubstr("2097152"));
}

TEST(Rollback, CountsBackFromTheNewest) {
  ModeLab lab;
  EXPECT_THAT(lab.run("rollback"), HasSubstr("Generation 6"));
  EXPECT_EQ(lab.lab.runtime.whole.asked, "tree of generation 6");
  EXPECT_THAT(lab.run("rollback 3"), HasSubstr("Generation 4"));
  EXPECT_THAT(lab.run("rollback generation 2"), HasSubstr("Generation 2"));
  EXPECT_THAT(lab.run("rollback 8"), HasSubstr("there are 7 generations before"));
  EXPECT_THAT(lab.run("rollback x"), HasSubstr("is no number"));
}

TEST(Reload, NeedsConsentToOverwriteDrift) {
  ModeLab lab;
  lab.run("set storage fileio disk a size 2M");
  lab.lab.runtime.fake.comparison.differences = {
      {service::SyncKind::drift, {{config::ObjectClass::storage, "fileio"}}, "disk a: it was changed"}};
  EXPECT_THAT(lab.run("reload"), HasSubstr("disk a: it was changed"));
  EXPECT_TRUE(lab.editing.is_changed());
  lab.lab.session.yes = true;
  EXPECT_THAT(lab.run("reload"), HasSubstr("The candidate is generation 7."));
  EXPECT_FALSE(lab.editing.is_changed());
}

TEST(Dump, WritesWhatCanBeLoadedWithoutSecrets) {
  ModeLab lab;
  const TextFile file("old");
  EXPECT_THAT(lab.run("dump " + file.path() + " all"), HasSubstr("Wrote"));
  const auto text = text_of_file(file.path());
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("password ~keep~"));
  EXPECT_THAT(*text, Not(HasSubstr("secret")));
  EXPECT_THAT(lab.run("load " + file.path()), HasSubstr("nothing is different"));
  lab.run("dump " + file.path() + " storage fileio disk a");
  EXPECT_THAT(*text_of_file(file.path()), Not(HasSubstr("disk b")));
  EXPECT_THAT(lab.run("dump relative"), HasSubstr("no absolute path"));
  EXPECT_THAT(lab.run("dump /no/such/folder/x"), HasSubstr("No such file"));
}

}  // namespace
}  // namespace lunet::shell::modes
