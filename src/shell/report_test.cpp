// SPDX-License-Identifier: Apache-2.0
#include "shell/report.h"

#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

TEST(Report, FindsTheCommandInAHint) {
  const auto table = make_command_table();
  EXPECT_EQ(command_in("see `ls /iscsi`", table), "ls /iscsi");
  EXPECT_EQ(command_in("it is 'x'; 'lunet /iscsi create' makes it", table), "lunet /iscsi create");
  for (const char* hint : {"", "did you mean 'create'?", "don't", "'bookmarks show", "'' or 'ls / many'"})
    EXPECT_EQ(command_in(hint, table), "") << hint;
}

TEST(Report, SaysOnlyWhatIsUrgentEnough) {
  Lab lab;
  lab.runtime.fake.report = {{"Created."}, {"look out"}, {}};
  for (const auto& [level, out, err] :
       std::vector<std::array<std::string, 3>>{{"info", "Created.\n", "warning: look out\n"},
                                               {"warning", "", "warning: look out\n"},
                                               {"error", "", ""}}) {
    EXPECT_TRUE(lab.session.preferences.set({{"loglevel_console", level}}));
    lab.console.out.clear();
    lab.console.err.clear();
    EXPECT_EQ(lab.run("/iscsi create"), ExitStatus::done);
    EXPECT_EQ(lab.console.out, out) << level;
    EXPECT_EQ(lab.console.err, err) << level;
  }
  // What was asked for is always said.
  EXPECT_EQ(lab.run("pwd"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "/\n");
}

}  // namespace
}  // namespace lunet::shell
