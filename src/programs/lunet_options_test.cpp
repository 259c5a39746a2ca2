// SPDX-License-Identifier: Apache-2.0
#include "programs/lunet_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "programs/places.h"

namespace lunet::programs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

LunetOptions options_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse_lunet_options(arguments);
  const auto* options = std::get_if<LunetOptions>(&parsed);
  EXPECT_NE(options, nullptr);
  return options == nullptr ? LunetOptions{} : *options;
}

Error error_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse_lunet_options(arguments);
  const auto* error = std::get_if<Error>(&parsed);
  EXPECT_NE(error, nullptr);
  return error == nullptr ? Error{} : *error;
}

TEST(LunetOptions, HaveDefaults) {
  const LunetOptions options = options_of({"ls"});
  EXPECT_EQ(options.runtime, std::nullopt);
  EXPECT_EQ(options.state_dir, default_places().state_dir);
  EXPECT_EQ(options.socket_path, default_places().socket_path);
  EXPECT_FALSE(options.json || options.yes || options.no_start);
  EXPECT_THAT(options.words, ElementsAre("ls"));
  EXPECT_THAT(options_of({}).words, IsEmpty());
}

TEST(LunetOptions, AreAllTaken) {
  const LunetOptions options = options_of({"--runtime", "lunetd", "--state-dir=/s", "--socket", "/k",
                                           "--json", "--yes", "--no-start", "/", "ls"});
  EXPECT_EQ(options.runtime, service::RuntimeKind::lunetd);
  EXPECT_EQ(options.state_dir, "/s");
  EXPECT_EQ(options.socket_path, "/k");
  EXPECT_TRUE(options.json && options.yes && options.no_start);
  EXPECT_THAT(options.words, ElementsAre("/", "ls"));
  EXPECT_EQ(options_of({"--runtime=kernel", "ls"}).runtime, service::RuntimeKind::kernel);
}

TEST(LunetOptions, ThatOfTargetclisDaemonIsTaken) {
  EXPECT_TRUE(options_of({"--disable-daemon"}).disable_daemon);
  EXPECT_THAT(options_of({"--disable-daemon", "ls"}).words, ElementsAre("ls"));
}

TEST(LunetOptions, OfScriptsAreTaken) {
  const LunetOptions options =
      options_of({"--ensure", "--dry-run", "--export-saveconfig", "/e/saveconfig.json",
                  "--export-saveconfig=/f.json", "/iscsi", "create"});
  EXPECT_TRUE(options.ensure && options.dry_run);
  EXPECT_THAT(options.exports, ElementsAre("/e/saveconfig.json", "/f.json"));
  EXPECT_THAT(options.words, ElementsAre("/iscsi", "create"));
}

TEST(LunetOptions, EndAtTheCommand) {
  const LunetOptions options =
      options_of({"--json", "/x", "set", "auth", "--yes", "password=-", "-", "--json"});
  EXPECT_THAT(options.words, ElementsAre("/x", "set", "auth", "--yes", "password=-", "-", "--json"));
  EXPECT_FALSE(options.yes);
  EXPECT_THAT(options_of({"--yes", "--", "ls"}).words, ElementsAre("ls"));
}

TEST(LunetOptions, KeepWordsAsTheyAre) {
  EXPECT_THAT(options_of({"/iscsi create 'a b'"}).words, ElementsAre("/iscsi create 'a b'"));
  EXPECT_THAT(options_of({"/x", "[1,2]", "a,b", ""}).words, ElementsAre("/x", "[1,2]", "a,b", ""));
}

TEST(LunetOptions, GiveAnotherStateFolderItsOwnSocket) {
  EXPECT_EQ(options_of({"--state-dir", "/srv/s", "ls"}).socket_path, "/srv/s/lunetd.sock");
}

TEST(LunetOptions, ThatAreWrongAreNamed) {
  EXPECT_THAT(error_of({"--jsn", "ls"}).message, HasSubstr("--jsn"));
  EXPECT_THAT(error_of({"--runtime", "tgt", "ls"}).message, HasSubstr("tgt"));
  EXPECT_THAT(error_of({"--state-dir"}).message, HasSubstr("--state-dir"));
  EXPECT_THAT(error_of({"-x"}).hint, HasSubstr("lunet --help"));
}

TEST(LunetOptions, HelpHasExamplesAndExitStatuses) {
  for (const char* flag : {"--help", "-h"}) {
    const auto parsed = parse_lunet_options({flag});
    const auto* text = std::get_if<std::string>(&parsed);
    ASSERT_NE(text, nullptr);
    for (const char* part : {"Usage: lunet ", "--runtime", "--state-dir", "--socket", "--json", "--yes",
                             "--no-start", "--version", "Examples:", "Exit status:"}) {
      EXPECT_THAT(*text, HasSubstr(part));
    }
  }
  const auto version = parse_lunet_options({"--version"});
  ASSERT_TRUE(std::holds_alternative<std::string>(version));
  EXPECT_EQ(std::get<std::string>(version).rfind("lunet ", 0), 0U);
}

TEST(LunetOptions, ScriptsComeFromDashC) {
  const LunetOptions options = options_of({"-c", "ls; pwd", "--keep-going", "-c", "version"});
  EXPECT_THAT(options.commands, ElementsAre("ls; pwd", "version"));
  EXPECT_TRUE(options.keep_going);
  EXPECT_THAT(options.words, IsEmpty());
  EXPECT_THAT(options_of({"-c", "ls", "--json"}).commands, ElementsAre("ls"));
}

TEST(TypedCommand, KnowsOptionsAndTheWordThatIsTyped) {
  const TypedCommand typed = parse_typed("lunet --socket /k --json /iscsi 'cr");
  EXPECT_EQ(typed.options.socket_path, "/k");
  EXPECT_THAT(typed.words, ElementsAre("/iscsi", "cr"));
  EXPECT_THAT(parse_typed("lunet ").words, ElementsAre(""));
  EXPECT_THAT(parse_typed("lunet --js").candidates, ElementsAre("--json"));
  EXPECT_THAT(parse_typed("lunet --runtime ").candidates, ElementsAre("auto", "kernel", "lunetd"));
  EXPECT_THAT(parse_typed("lunet ls -").words, ElementsAre("ls", "-"));
}

}  // namespace
}  // namespace lunet::programs
