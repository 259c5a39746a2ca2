// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

using testing::HasSubstr;

TEST(Levels, AreEnteredByNameOrByPattern) {
  ModeLab lab;
  EXPECT_EQ(lab.run("edit storage fileio disk a"), "");
  EXPECT_EQ(lab.level(), "storage fileio disk a");
  EXPECT_EQ(lab.run("top"), "");
  EXPECT_EQ(lab.run("edit fabric iscsi target .* tpgt 1"), "");
  EXPECT_EQ(lab.level(), "fabric iscsi target iqn.2026-11.org.example:t tpgt 1");
  EXPECT_THAT(lab.run("edit lun 0"), "");
  EXPECT_EQ(lab.run("up 2"), "");
  EXPECT_EQ(lab.level(), "fabric iscsi target iqn.2026-11.org.example:t");
  EXPECT_EQ(lab.run("up 99"), "");
  EXPECT_THAT(lab.run("edit storage fileio disk .*"), HasSubstr("is ambiguous: it finds 2 objects"));
  EXPECT_THAT(lab.run("edit"), HasSubstr("which object"));
  EXPECT_TRUE(lab.editing.misused);
  EXPECT_THAT(lab.run("edit storage fileio disk"), HasSubstr("error"));
}

TEST(Levels, WhatIsNotThereIsMade) {
  ModeLab lab;
  const std::string said = lab.run("edit storage fileio disk new");
  EXPECT_THAT(said, HasSubstr("+ storage fileio disk new\n"));
  EXPECT_THAT(said, HasSubstr("missing: path\n"));
  EXPECT_EQ(lab.level(), "storage fileio disk new");
  EXPECT_THAT(lab.run("set size 1M"), HasSubstr("size: is '1048576'"));
  EXPECT_THAT(lab.run("edit nothing"), HasSubstr("no class of objects"));
}

TEST(Levels, APromptIsShortenedFromTheLeft) {
  ModeLab lab;
  EXPECT_EQ(prompt_of(lab.editing), "config# ");
  lab.run("edit storage fileio disk a");
  EXPECT_EQ(prompt_of(lab.editing), "storage fileio disk a# ");
  lab.run("top edit fabric iscsi target .* tpgt 1");
  EXPECT_EQ(prompt_of(lab.editing), "..1.org.example:t tpgt 1# ");
  EXPECT_EQ(prompt_of(ModeLab(Kind::live).editing), "live> ");
}

TEST(Levels, TopRunsACommandAndComesBack) {
  ModeLab lab;
  lab.run("edit storage fileio disk a");
  EXPECT_THAT(lab.run("top show storage fileio disk b size"), HasSubstr("2097152"));
  EXPECT_THAT(lab.run("top show | match 'disk b'"), HasSubstr("disk b"));
  lab.run("top set storage fileio disk b size 3M");
  EXPECT_EQ(lab.run("show | compare"), "");
  EXPECT_THAT(lab.run("top show | compare"), HasSubstr("[edit storage fileio disk b]"));
  EXPECT_EQ(lab.level(), "storage fileio disk a");
}

TEST(Levels, ExitGoesUpAndThenLeaves) {
  ModeLab lab;
  lab.run("edit storage fileio disk a");
  lab.run("exit");
  EXPECT_FALSE(lab.editing.leave);
  EXPECT_EQ(lab.level(), "storage fileio");
  lab.run("exit now");
  EXPECT_TRUE(lab.editing.leave);
}

TEST(Levels, ChangesAreNotLostWithoutAWord) {
  ModeLab lab;
  lab.run("set storage fileio disk a size 2M");
  EXPECT_THAT(lab.run("exit"), HasSubstr("changes that are not committed"));
  EXPECT_FALSE(lab.editing.leave);
  lab.editing.terminal = true;
  lab.lab.console.answer = false;
  EXPECT_THAT(lab.run("quit"), HasSubstr("not left"));
  lab.lab.console.answer = true;
  EXPECT_EQ(lab.run("quit"), "");
  EXPECT_TRUE(lab.editing.leave);
}

}  // namespace
}  // namespace lunet::shell::modes
