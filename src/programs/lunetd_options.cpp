// SPDX-License-Identifier: Apache-2.0
#include "programs/lunetd_options.h"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/byte_size.h"
#include "programs/conf_file.h"

namespace lunet::programs {

// The file that the command line names, or the default one where there is one; "" for none.
static std::string config_file(const std::vector<std::string>& words) {
  const auto named =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with("--config"); });
  if (named != words.end()) {
    const auto equals = named->find('=');
    if (equals != std::string::npos) return named->substr(equals + 1);
    return named + 1 != words.end() ? *(named + 1) : "";
  }
  constexpr const char* of_root = "/etc/lunet/lunetd.conf";
  return ::geteuid() == 0 && ::access(of_root, F_OK) == 0 ? of_root : "";
}

static std::size_t memory_size(const std::string& text) {
  const auto bytes = parse_byte_size(text);
  constexpr std::uint64_t least = 1U << 20;
  if (!bytes || *bytes < least)
    throw CLI::ValidationError("--connection-memory", "write a size of 1M or more");
  return *bytes;
}

// Against peers that lie and peers that are many (docs/limits.md).
static void add_limits(CLI::App& app, LunetdOptions& options) {
  const CLI::Range at_least_one(std::size_t{1}, std::size_t{1} << 20);
  app.add_option("--connections-max", options.limits.connections_max, "iSCSI connections, of all addresses")
      ->check(at_least_one);
  app.add_option("--logins-per-address-max", options.limits.logins_per_address_max,
                 "connections of one address that are not logged in yet")
      ->check(at_least_one);
  app.add_option("--sessions-max", options.limits.sessions_max, "sessions, of all targets")
      ->check(at_least_one);
  app.add_option_function<std::string>(
         "--connection-memory",
         [&options](const std::string& text) { options.connection_memory = memory_size(text); },
         "memory that the commands of one connection may hold for data; more at once end with TASK SET FULL")
      ->type_name("SIZE")
      ->default_str("64M");
  app.add_option("--control-clients-max", options.control_clients_max, "clients of the control socket")
      ->check(at_least_one);
}

std::variant<LunetdOptions, int> parse_lunetd_options(int argc, char** argv) {
  LunetdOptions options;
  std::string config;
  CLI::App app(
      "lunetd serves storage as iSCSI targets from user space. It is configured with `lunet`, over its "
      "control socket, "
      "and runs in the foreground until SIGTERM or SIGINT.",
      "lunetd");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option(
      "--state-dir", options.state_dir,
      "folder of the store: its newest generation is restored before the first portal listens; without it "
      "nothing is restored");
  app.add_option("--socket", options.socket, "control socket (default: the one lunet looks for)");
  app.add_option("--group", options.group,
                 "group that may use the control socket, besides the owner and root");
  app.add_option("--threads", options.threads, "threads of the data plane; 0: one a processor, at most 4")
      ->check(CLI::Range(0U, 64U));
  const std::map<std::string, IoEngine> io_engines{
      {"auto", IoEngine::automatic}, {"io_uring", IoEngine::io_uring}, {"epoll", IoEngine::epoll}};
  app.add_option("--io-engine", options.io_engine,
                 "auto, io_uring or epoll; auto: io_uring, or epoll where the system lacks or forbids it")
      ->transform(CLI::Transformer(io_engines).description("ENGINE"))
      ->default_str("auto");
  app.add_option("--ready-fd", options.ready_fd,
                 "descriptor that gets one byte 'R' when the control socket answers");
  add_limits(app, options);
  app.add_option(
      "--config", config,
      "file with these options, one a line (default: /etc/lunet/lunetd.conf for root, if it exists)");
  app.add_flag("--verbose", options.verbose, "also log connections");
  app.set_version_flag("--version", "lunetd " LUNET_VERSION);
  app.footer(
      "Examples:\n  lunetd --state-dir /var/lib/lunet\n  lunetd --socket /tmp/l.sock --threads 1\n"
      "Exit status: 0 after SIGTERM, 1 it could not start, 2 wrong options.");

  std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (const std::string file = config_file(words); !file.empty()) {
      auto from_file = read_conf(file);
      if (!from_file) throw CLI::ValidationError(from_file.error().message + "; " + from_file.error().hint);
      words.insert(words.begin(), from_file->begin(), from_file->end());
    }
    std::reverse(words.begin(), words.end());  // CLI11 takes the last first
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return options;
}

}  // namespace lunet::programs
