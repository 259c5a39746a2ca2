// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/mode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "shell/modes/mode_lab.h"
#include "shell/modes/one_shot.h"

namespace lunet::shell::modes {
namespace {

using testing::HasSubstr;

TEST(ModeTable, EveryCommandExplainsItselfAndEveryPageIsOfOne) {
  std::set<std::string> names;
  for (const Kind kind : {Kind::configure, Kind::live}) {
    for (const ModeCommand& command : commands_of(kind)) {
      const std::string name = page_name(kind, command);
      EXPECT_TRUE(names.insert(name).second) << name;
      EXPECT_TRUE(command.syntax.starts_with(command.name)) << name;
      EXPECT_NE(command.run, nullptr) << name;
      const Page page = page_of(name);
      EXPECT_TRUE(page.summary.ends_with('.')) << name;
      ASSERT_FALSE(page.examples.empty()) << name;
      const auto is_its = [&](const std::string& example) {
        return example.starts_with(command.name) || example == "?";
      };
      EXPECT_TRUE(std::all_of(page.examples.begin(), page.examples.end(), is_its)) << name;
    }
  }
  for (const PageText& page : shipped_pages()) {
    const bool of_a_mode = page.name.starts_with("configure-") || page.name.starts_with("live-");
    EXPECT_EQ(names.contains(std::string(page.name)), of_a_mode) << page.name;
  }
}

TEST(ModeTable, IsDescribedForOtherPrograms) {
  const auto rows = described("configure");
  EXPECT_EQ(rows.size(), commands_of(Kind::configure).size());
  EXPECT_EQ(rows.front().page, "configure-" + rows.front().name);
  EXPECT_TRUE(described("ls").empty());
}

TEST(ModeCommands, WrongWordsAreAUsageError) {
  ModeLab lab;
  EXPECT_THAT(lab.run("shwo"), HasSubstr("command not found: shwo"));
  EXPECT_TRUE(lab.editing.misused);
  EXPECT_EQ(lab.editing.last_error->hint, "did you mean 'show'?");
  EXPECT_THAT(lab.run("clear all"), HasSubstr("it takes no words"));
  EXPECT_THAT(lab.run("set path \"x"), HasSubstr("a quote does not end"));
  EXPECT_EQ(lab.run("  # a comment"), "");
  EXPECT_EQ(lab.run(""), "");
}

TEST(ModeCommands, HelpListsAndExplains) {
  ModeLab lab;
  EXPECT_THAT(lab.run("?"), HasSubstr("  set [PATH] ATTRIBUTE VALUE\n      Sets values"));
  const std::string about = lab.run("help commit");
  EXPECT_THAT(about, HasSubstr("SYNTAX\n  commit [check"));
  EXPECT_THAT(about, HasSubstr("EXAMPLES\n  commit\n"));
  EXPECT_THAT(lab.run("help fly"), HasSubstr("there is no command 'fly'"));
  EXPECT_THAT(lab.run("trace"), HasSubstr("cause: help: there is no command 'fly'"));
}

TEST(ModeCommands, WordsOfAProgramAreNeverJoined) {
  ModeLab lab;
  const std::vector<std::string> words = {"set", "storage", "fileio", "disk", "a", "path", "/srv/my disk;1"};
  ASSERT_TRUE(run_command(lab.editing, words));
  EXPECT_EQ(lab.run("show storage fileio disk a path"), "storage fileio disk a path \"/srv/my disk;1\"\n");
  const std::vector<std::string> piped = {"show", "|", "match", "my disk", "|", "count"};
  EXPECT_EQ(run_command(lab.editing, piped)->lines, std::vector<std::string>{"Count: 1 lines"});
}

}  // namespace
}  // namespace lunet::shell::modes
