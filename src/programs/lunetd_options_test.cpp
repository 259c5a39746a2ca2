// SPDX-License-Identifier: Apache-2.0
#include "programs/lunetd_options.h"

#include <gmock/gmock.h>

#include <fstream>

#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

std::variant<LunetdOptions, int> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "lunetd");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return parse_lunetd_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(LunetdOptions, AreTakenFromTheCommandLine) {
  const auto parsed =
      parse({"--state-dir", "/s", "--socket=/k", "--threads", "2", "--verbose", "--io-engine", "epoll"});
  const auto* options = std::get_if<LunetdOptions>(&parsed);
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(options->state_dir, "/s");
  EXPECT_EQ(options->socket, "/k");
  EXPECT_EQ(options->threads, 2U);
  EXPECT_TRUE(options->verbose);
  EXPECT_EQ(options->io_engine, IoEngine::epoll);
}

TEST(LunetdOptions, LimitWhatPeersMayTake) {
  const auto parsed = parse({"--connections-max=7", "--logins-per-address-max=3", "--sessions-max=5",
                             "--connection-memory=8M", "--control-clients-max=9"});
  const auto* options = std::get_if<LunetdOptions>(&parsed);
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(options->limits.connections_max, 7U);
  EXPECT_EQ(options->limits.logins_per_address_max, 3U);
  EXPECT_EQ(options->limits.sessions_max, 5U);
  EXPECT_EQ(options->connection_memory, 8U << 20);
  EXPECT_EQ(options->control_clients_max, 9U);
}

TEST(LunetdOptions, MistakesAreExitStatusTwo) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(std::get<int>(parse({"--thread"})), 2);
  EXPECT_EQ(std::get<int>(parse({"--threads", "many"})), 2);
  EXPECT_EQ(std::get<int>(parse({"--io-engine", "aio"})), 2);
  EXPECT_EQ(std::get<int>(parse({"--sessions-max", "0"})), 2);
  EXPECT_EQ(std::get<int>(parse({"--connection-memory", "much"})), 2);
  EXPECT_EQ(std::get<int>(parse({"--config", "/does/not/exist"})), 2);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("/does/not/exist"));
}

TEST(LunetdOptions, OfTheFileGiveWayToTheCommandLine) {
  const TestFolder folder;
  const std::string file =
      folder.write("conf", "# a comment\nthreads 3\n\nsocket = /from/file  # why\nverbose\n", 0600);
  const auto parsed = parse({"--config", file, "--threads", "1"});
  const auto* options = std::get_if<LunetdOptions>(&parsed);
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(options->threads, 1U);
  EXPECT_EQ(options->socket, "/from/file");
}

}  // namespace
}  // namespace lunet::programs
