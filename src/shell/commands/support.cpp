// SPDX-License-Identifier: Apache-2.0
// One text file for a bug report: what a maintainer asks for first, without any secret.
#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <thread>

#include "service/convert.h"
#include "service/redact.h"
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/render.h"

namespace lunet::shell {

static constexpr std::size_t log_lines_max = 1000;

static std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

static std::string last_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fmt::format("({} is not there: see the journal of lunetd.service)\n", path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  std::string text;
  for (std::size_t at = lines.size() > log_lines_max ? lines.size() - log_lines_max : 0; at < lines.size();
       ++at)
    text += lines[at] + "\n";
  return text;
}

static std::string machine_text() {
  utsname system{};
  ::uname(&system);
  return fmt::format("lunet {}\nkernel {} {} {}\n{}\nprocessors {}\n{}\nuser {}\n", LUNET_VERSION,
                     system.sysname, system.release, system.machine, first_line("/etc/os-release"),
                     std::thread::hardware_concurrency(), first_line("/proc/meminfo"), ::geteuid());
}

static std::string sync_text(const Invocation& call) {
  Result<service::Service*> service = call.session.runtime.service();
  if (!service) return fmt::format("error: {}\n", service.error().message);
  const auto comparison = (*service)->compare(service::Scope{});
  if (!comparison) return fmt::format("error: {}\n", comparison.error().message);
  std::string text =
      fmt::format("generation {}, {} differences\n", comparison->generation, comparison->differences.size());
  for (const service::Difference& each : comparison->differences) text += each.text + "\n";
  return text;
}

static std::string tree_text(const Invocation& call) {
  const auto view = call.session.runtime.view();
  if (!view) return fmt::format("error: {}\n", view.error().message);
  constexpr int width = 100;
  return render({*view, 0, 0}, {width, false});
}

static std::string history_text(const Invocation& call) {
  constexpr std::size_t newest = 100;
  const auto generations = call.session.runtime.history(newest);
  if (!generations) return fmt::format("error: {}\n", generations.error().message);
  std::string text;
  for (const store::Generation& each : *generations)
    text += fmt::format("{}  {}  {}  {}\n", each.number, each.time_s, each.who, each.why);
  return text;
}

static Result<Outcome> support(const Invocation& call) {
  const std::string path = call.arguments.text("file");
  if (::access(path.c_str(), F_OK) == 0)
    TRY_OK(require_consent(call.session, "support", {fmt::format("{} would be replaced", path)}));
  // From the store: this must work when nothing else does.
  auto facts = call.session.runtime.facts();
  config::Tree tree = facts ? std::move(facts->configuration) : config::Tree{};
  const std::vector<std::string> secrets = service::take_secrets(tree);
  std::string text =
      "What a bug report about Lunet needs. Secrets are ***; names, addresses and paths are not.\n";
  const auto add = [&](std::string_view title, std::string_view part) {
    text += fmt::format("\n===== {}\n{}", title, part);
  };
  add("machine", machine_text());
  if (facts) {
    add("store", fmt::format("{}\nruntime {}\nsocket {}\n", facts->state_dir, facts->runtime, facts->socket));
  } else {
    add("store", fmt::format("error: {}\n", facts.error().message));
  }
  add("what runs against what is recorded", sync_text(call));
  add("what runs", tree_text(call));
  add("configuration", config::print(tree));
  add("history", history_text(call));
  if (facts) add("log", last_lines(facts->state_dir + "/lunetd.log"));
  TRY_OK(service::replace_text(path, service::without_secrets(std::move(text), secrets)));
  Outcome outcome;
  outcome.lines = {
      fmt::format("Wrote {}. Secrets are not in it; names, addresses and paths are: look through it "
                  "before you send it.",
                  path)};
  return outcome;
}

std::vector<Command> support_commands() {
  return {
      {.name = "support",
       .kinds = {service::NodeKind::root},
       .parameters = {{.name = "file",
                       .required = false,
                       .default_value = "lunet-support.txt",
                       .complete = complete_file}},
       .run = support},
  };
}

}  // namespace lunet::shell
