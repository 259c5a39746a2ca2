// SPDX-License-Identifier: Apache-2.0
#include "shell/preferences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/test_user.h"
#include "shell/user_file.h"

namespace lunet::shell {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(Preferences, HaveDefaultsOfTheirTypes) {
  const Preferences preferences;
  for (const Preference& each : preference_table()) {
    const auto checked = checked_preference(each, each.default_value);
    EXPECT_TRUE(checked) << each.name;
    EXPECT_EQ(preferences.value(each.name), each.default_value) << each.name;
    EXPECT_FALSE(each.description.empty()) << each.name;
  }
  EXPECT_EQ(preferences.number("prompt_length"), 30);
  EXPECT_TRUE(preferences.flag("auto_add_mapped_luns"));
}

TEST(Preferences, AreKeptInATextFile) {
  const UserFolder folder;
  Preferences one(folder.path());
  EXPECT_TRUE(one.set({{"prompt_length", "20"}, {"color_path", "RED"}, {"tree_round_nodes", "no"}}));
  EXPECT_THAT(read_lines(folder.path() + "/preferences"), Contains("color_path=red"));
  const Preferences other(folder.path());
  EXPECT_EQ(other.number("prompt_length"), 20);
  EXPECT_EQ(other.value("color_path"), "red");
  EXPECT_FALSE(other.flag("tree_round_nodes"));
}

TEST(Preferences, OfTwoShellsDoNotOverwriteEachOther) {
  const UserFolder folder;
  Preferences one(folder.path());
  Preferences other(folder.path());
  EXPECT_EQ(one.number("tree_max_depth"), 0);
  EXPECT_EQ(other.number("tree_max_depth"), 0);
  EXPECT_TRUE(one.set({{"tree_max_depth", "3"}}));
  EXPECT_TRUE(other.set({{"prompt_length", "7"}}));
  EXPECT_EQ(Preferences(folder.path()).number("tree_max_depth"), 3);
}

TEST(Preferences, AnEmptyValueIsTheDefaultAgain) {
  const UserFolder folder;
  Preferences preferences(folder.path());
  EXPECT_TRUE(preferences.set({{"loglevel_console", "error"}}));
  EXPECT_EQ(preferences.value("loglevel_console"), "error");
  EXPECT_TRUE(preferences.set({{"loglevel_console", ""}}));
  EXPECT_EQ(preferences.value("loglevel_console"), "info");
  EXPECT_EQ(preferences.value("logfile"), folder.path() + "/log.txt");
}

TEST(Preferences, ThatAreWrongChangeNothing) {
  Preferences preferences;
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"prompt_length", "long"},
                                                        {"color_mode", "maybe"},
                                                        {"color_path", "pink"},
                                                        {"loglevel_file", "loud"},
                                                        {"color_default", "default"}}) {
    const auto set = preferences.set({{"tree_max_depth", "5"}, {name, value}});
    ASSERT_FALSE(set) << name;
    EXPECT_EQ(set.error().errnum, EINVAL);
    EXPECT_THAT(set.error().message, HasSubstr(value));
    EXPECT_EQ(preferences.number("tree_max_depth"), 0);
  }
  const auto unknown = preferences.set({{"prompt_lenght", "5"}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().hint, HasSubstr("prompt_length"));
}

TEST(Preferences, NonsenseInTheFileCountsAsTheDefault) {
  const UserFolder folder;
  EXPECT_TRUE(change_lines(folder.path() + "/preferences", [](std::vector<std::string>& lines) -> Result<> {
    lines = {"prompt_length=wide", "of the future=1"};
    return {};
  }));
  Preferences preferences(folder.path());
  EXPECT_EQ(preferences.number("prompt_length"), 30);
  EXPECT_TRUE(preferences.set({{"tree_max_depth", "1"}}));
  EXPECT_THAT(read_lines(folder.path() + "/preferences"), Contains("of the future=1"));
}

TEST(Preferences, OfTargetclisDaemonAreTaken) {
  Preferences preferences;
  EXPECT_TRUE(preferences.set({{"auto_use_daemon", "true"}, {"daemon_use_batch_mode", "true"}}));
}

}  // namespace
}  // namespace lunet::shell
