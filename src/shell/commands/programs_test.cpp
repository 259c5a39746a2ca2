// SPDX-License-Identifier: Apache-2.0
// What shells do with the scripts is tested by tests/integration/completion_test.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProgramCommands, PrintACompletionScriptAShell) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    Lab lab;
    EXPECT_EQ(lab.run(std::string("completion ") + shell), ExitStatus::done);
    EXPECT_THAT(lab.console.out, HasSubstr("__complete"));
  }
  Lab lab;
  EXPECT_EQ(lab.run("completion tcsh"), ExitStatus::failed);
}

TEST(ProgramCommands, TellWhatThereIs) {
  Lab lab;
  EXPECT_EQ(lab.run("__commands"), ExitStatus::done);
  EXPECT_THAT(lab.console.out,
              HasSubstr("create\tcreate-fileio\tplugin,hba\tfileio\truntime\tcreate name file_or_dev"));
  EXPECT_THAT(lab.console.out, Not(HasSubstr("__")));
  lab.console.out.clear();
  EXPECT_EQ(lab.run("__manual ls"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("lunet-ls(8)\n", 0), 0U);
  EXPECT_EQ(lab.run("__manual fly"), ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell
