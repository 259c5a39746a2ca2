// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct ShellLab : Lab {
  ShellLab() {
    runtime.whole.began = {sample_configuration(), 7, service::RuntimeKind::lunetd};
    runtime.whole.what_runs = sample_configuration();
  }
};

TEST(OneShot, ShowsWithoutAMode) {
  ShellLab lab;
  EXPECT_EQ(lab.run("configure show storage fileio disk a size"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "storage fileio disk a size 1048576\n");
  EXPECT_EQ(lab.run("live show storage fileio disk b size"), ExitStatus::done);
}

TEST(OneShot, ChangesAreCommittedOrAnError) {
  ShellLab lab;
  EXPECT_EQ(lab.run("configure set storage fileio disk a size 2M"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("were not committed, so nothing was changed"));
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
  EXPECT_EQ(lab.run("configure --commit set storage fileio disk a size 2M"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls, SizeIs(1));
}

TEST(OneShot, SaysWhenTheWordsAreWrong) {
  ShellLab lab;
  EXPECT_EQ(lab.run("configure fly"), ExitStatus::usage);
  EXPECT_EQ(lab.run("configure --fly"), ExitStatus::usage);
  EXPECT_EQ(lab.run("configure set storage fileio disk a size much"), ExitStatus::failed);
}

TEST(Lines, StopAtTheFirstThatFails) {
  ShellLab lab;
  EXPECT_EQ(lab.run_words({"configure", "-c", "set storage fileio disk a size 2M; fly; commit"}),
            ExitStatus::usage);
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
  EXPECT_EQ(
      lab.run_words({"configure", "--keep-going", "-c", "fly; set storage fileio disk a size 2M; commit"}),
      ExitStatus::usage);
  EXPECT_THAT(lab.runtime.whole.calls, SizeIs(1));
}

TEST(Lines, AnOpenBraceGoesOnInTheNext) {
  ModeLab lab;
  std::vector<std::string> lines = {
      "# made by hand", "set storage rd_mcp disk r {", "size 1M", "wwn s", "}", "fly"};
  std::size_t at = 0;
  const auto next = [&]() -> std::optional<std::string> {
    return at < lines.size() ? std::optional(lines[at++]) : std::nullopt;
  };
  EXPECT_EQ(run_lines(lab.editing, next, "script", false), ExitStatus::usage);
  EXPECT_EQ(lab.lab.console.out, "+ storage rd_mcp disk r\n");
  EXPECT_THAT(lab.lab.console.err, HasSubstr("error: script:6: command not found: fly"));
}

TEST(Lines, WhatIsNotCommittedAtTheEndIsAnError) {
  ShellLab lab;
  EXPECT_EQ(lab.run_words({"configure", "-c", "set storage fileio disk a size 2M; show"}),
            ExitStatus::failed);
  EXPECT_EQ(lab.run_words({"configure", "-c", "set storage fileio disk a size 2M; exit now"}),
            ExitStatus::done);
  EXPECT_EQ(lab.run_words({"configure", "-c", "set storage fileio disk a size 2M; exit"}),
            ExitStatus::failed);
}

}  // namespace
}  // namespace lunet::shell::modes
