// SPDX-License-Identifier: Apache-2.0
// Scripts stand for lunetd: what they are started with, what becomes of them.
#include "programs/lunet_start.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "base/fd.h"
#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

using testing::HasSubstr;

// "$6" is the number after --ready-fd.
constexpr const char* head = "#!/bin/sh\n";
constexpr const char* say_ready = "printf R > /proc/self/fd/$6\n";

struct LunetStart : testing::Test {
  LunetdStart with(const std::string& body, int deadline_ms = 60000) const {
    return {folder.write("program", head + body, 0755), folder.path(), folder.path() + "/sock", deadline_ms};
  }
  std::string file(const std::string& name) const {
    std::ifstream stream(folder.path() + "/" + name);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  TestFolder folder;
};

void end(pid_t child) {
  ::kill(child, SIGKILL);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
}

TEST_F(LunetStart, GivesFoldersAndWaitsForReady) {
  const auto pid = start_lunetd(
      with(std::string("echo \"$@\" > ") + folder.path() + "/arguments\n" + say_ready + "exec sleep 600\n"));
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_THAT(file("arguments"),
              HasSubstr("--state-dir " + folder.path() + " --socket " + folder.path() + "/sock --ready-fd "));
  EXPECT_EQ(::getsid(*pid), *pid);
  end(*pid);
}

TEST_F(LunetStart, HoldsNothingOfTheCaller) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // inherited unless somebody takes care
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  const auto pid =
      start_lunetd(with(std::string("pwd >&2; ls -l /proc/$$/fd >&2\n") + say_ready + "exec sleep 600\n"));
  ASSERT_TRUE(pid) << pid.error().message;
  writer.reset();
  char byte = 0;
  EXPECT_EQ(::read(reader.get(), &byte, 1), 0);
  const std::string log = file("lunetd.log");
  EXPECT_EQ(log.rfind("/\n", 0), 0U) << log;
  EXPECT_THAT(log, HasSubstr("0 -> /dev/null"));
  EXPECT_THAT(log, HasSubstr("1 -> /dev/null"));
  EXPECT_THAT(log, HasSubstr("lunetd.log"));
  end(*pid);
}

TEST_F(LunetStart, TellsTheLastWordsOfOneThatEnds) {
  const auto pid = start_lunetd(with("echo 'first' >&2; echo 'error: state folder is in use' >&2; exit 1\n"));
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().message, "lunetd ended while starting: error: state folder is in use");
  EXPECT_THAT(pid.error().hint, HasSubstr("lunetd.log"));
}

TEST_F(LunetStart, EndsOneThatNeverGetsReady) {
  const auto pid =
      start_lunetd(with(std::string("echo $$ > ") + folder.path() + "/pid\nexec sleep 600\n", 500));
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().errnum, ETIMEDOUT);
  const std::string started = file("pid");
  if (!started.empty()) {
    EXPECT_NE(::kill(std::stoi(started), 0), 0);
  }
}

TEST_F(LunetStart, NamesAProgramThatIsNotThere) {
  const auto pid = start_lunetd({folder.path() + "/none", folder.path(), folder.path() + "/sock"});
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().errnum, ENOENT);
  EXPECT_THAT(pid.error().message, HasSubstr("/none"));
  EXPECT_FALSE(pid.error().hint.empty());
}

TEST_F(LunetStart, NeedsAFolderForTheLog) {
  EXPECT_FALSE(start_lunetd({"/bin/true", folder.path() + "/none", folder.path() + "/sock"}));
}

}  // namespace
}  // namespace lunet::programs
