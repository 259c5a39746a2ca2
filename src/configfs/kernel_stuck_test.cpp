// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_stuck.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

const std::string lun = "iscsi/t/tpgt_1/lun/lun_0";

TEST(StuckCalls, ForbidReadingThePathAndChangingTheObject) {
  StuckCalls calls("");
  calls.add({Verb::unlink, lun + "/link", ::getpid()});
  EXPECT_NE(calls.find(Verb::read, lun + "/link"), nullptr);
  EXPECT_EQ(calls.find(Verb::read, lun + "/alua_tg_pt_gp"), nullptr);
  EXPECT_NE(calls.find(Verb::write, lun + "/alua_tg_pt_gp"), nullptr);
  EXPECT_NE(calls.find(Verb::remove_dir, lun), nullptr);
  EXPECT_NE(calls.find(Verb::remove_dir, "iscsi/t/tpgt_1"), nullptr);
  EXPECT_EQ(calls.find(Verb::make_dir, "iscsi/t/tpgt_1/lun/lun_1"), nullptr);
  EXPECT_EQ(calls.find(Verb::read, "iscsi/t/tpgt_1"), nullptr);
}

TEST(StuckCalls, ARemovedDirectoryIsItsOwnObject) {
  StuckCalls calls("");
  calls.add({Verb::remove_dir, "iscsi/t/tpgt_1/acls/a", ::getpid()});
  EXPECT_NE(calls.find(Verb::make_dir, "iscsi/t/tpgt_1/acls/a"), nullptr);
  EXPECT_NE(calls.find(Verb::read, "iscsi/t/tpgt_1/acls/a/info"), nullptr);
  // The kernel has the directory above locked meanwhile, but not what stands beside.
  EXPECT_NE(calls.find(Verb::make_dir, "iscsi/t/tpgt_1/acls/b"), nullptr);
  EXPECT_NE(calls.find(Verb::list, "iscsi/t/tpgt_1/acls"), nullptr);
  EXPECT_EQ(calls.find(Verb::read, "iscsi/t/tpgt_1/acls/b/info"), nullptr);
  EXPECT_EQ(calls.find(Verb::write, "iscsi/t/tpgt_1/acls/b/cmdsn_depth"), nullptr);
  EXPECT_EQ(calls.find(Verb::make_dir, "iscsi/t/tpgt_1/lun/lun_1"), nullptr);
  EXPECT_EQ(calls.find(Verb::list, "iscsi/t/tpgt_1"), nullptr);
}

TEST(StuckCalls, TheProcessItselfNoticesThatACallHasComeBack) {
  const test::ScratchDir dir;
  const std::string folder = dir / "stuck";
  const pid_t process = ::fork();
  if (process == 0) {
    ::pause();
    ::_exit(0);
  }
  StuckCalls calls(folder);
  calls.add({Verb::remove_dir, "core/iblock_0/b0", process});
  EXPECT_FALSE(calls.forget_ended());
  EXPECT_NE(calls.find(Verb::make_dir, "core/iblock_0/b0"), nullptr);
  ::kill(process, SIGKILL);
  siginfo_t ended{};
  ::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOWAIT);
  EXPECT_EQ(calls.find(Verb::make_dir, "core/iblock_0/b0"), nullptr) << "a zombie has come back";
  EXPECT_TRUE(calls.forget_ended());
  EXPECT_TRUE(calls.all().empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_EQ(::waitpid(process, nullptr, WNOHANG), -1) << "nobody is left behind";
}

TEST(StuckCalls, WhatCouldBeEndedIsRememberedForAWhile) {
  const pid_t process = ::fork();
  if (process == 0) ::_exit(0);
  ::waitpid(process, nullptr, 0);
  StuckCalls calls("");
  calls.add({Verb::list, "core/iblock_0", process});
  EXPECT_FALSE(calls.forget_ended());
  EXPECT_NE(calls.find(Verb::list, "core/iblock_0"), nullptr) << "nobody waits for it again at once";
}

TEST(StuckCalls, LaterProcessesKnowUntilTheStuckOneHasEnded) {
  const test::ScratchDir dir;
  const std::string folder = dir / "stuck";
  const pid_t process = ::fork();
  if (process == 0) {
    ::pause();
    ::_exit(0);
  }
  StuckCalls(folder).add({Verb::write, "core/iblock_0/b0/enable", process});
  EXPECT_NE(StuckCalls(folder).find(Verb::write, "core/iblock_0/b0/control"), nullptr);
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  EXPECT_FALSE(is_running(process));
  EXPECT_TRUE(StuckCalls(folder).all().empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(StuckCalls, AProcessThatWasThereBeforeLearnsOfThem) {
  const test::ScratchDir dir;
  const std::string folder = dir / "stuck";
  StuckCalls ours(folder);
  EXPECT_FALSE(ours.look());
  StuckCalls(folder).add({Verb::remove_dir, "core/fileio_0/f0", ::getpid()});
  EXPECT_TRUE(ours.look());
  EXPECT_NE(ours.find(Verb::make_dir, "core/fileio_0/f0"), nullptr);
  EXPECT_FALSE(ours.look()) << "known already";
  EXPECT_EQ(ours.all().size(), 1U);
  // Half written: not ours to judge yet.
  std::ofstream(folder + "/.1") << "1\n";
  EXPECT_FALSE(ours.look());
  EXPECT_TRUE(std::filesystem::exists(folder + "/.1"));
}

}  // namespace
}  // namespace lunet::configfs
