// SPDX-License-Identifier: Apache-2.0
#include "shell/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/test_user.h"
#include "shell/user_file.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

constexpr const char* time_pattern = " [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} ";

TEST(LogFile, HasLevelTimeAndOneLineAMessage) {
  const UserFolder folder;
  const Preferences preferences(folder.path());
  log_to_file(preferences, LogLevel::info, "two\nlines");
  log_to_file(preferences, LogLevel::error, "bad");
  EXPECT_THAT(read_lines(folder.path() + "/log.txt"),
              ElementsAre(MatchesRegex(std::string("\\[INFO\\]") + time_pattern + "two lines"),
                          MatchesRegex(std::string("\\[ERROR\\]") + time_pattern + "bad")));
}

TEST(LogFile, LeavesOutWhatIsBelowTheThreshold) {
  const UserFolder folder;
  Preferences preferences(folder.path());
  EXPECT_TRUE(preferences.set({{"loglevel_file", "warning"}, {"logfile", folder.path() + "/mine"}}));
  log_to_file(preferences, LogLevel::info, "a");
  log_to_file(preferences, LogLevel::critical, "b");
  EXPECT_EQ(read_lines(folder.path() + "/mine").size(), 1U);
  EXPECT_TRUE(read_lines(folder.path() + "/log.txt").empty());
}

TEST(LogFile, ThatCannotBeWrittenIsNoFailure) {
  Preferences preferences;
  EXPECT_TRUE(preferences.set({{"logfile", "/no/such/folder/log"}}));
  log_to_file(preferences, LogLevel::error, "x");
  log_to_file(Preferences{}, LogLevel::error, "x");
}

}  // namespace
}  // namespace lunet::shell
