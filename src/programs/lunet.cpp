// SPDX-License-Identifier: Apache-2.0
// lunet: reads the options, wires console, runtime and shell.
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/memory.h"
#include "programs/conf_file.h"
#include "programs/lunet_options.h"
#include "programs/lunet_runtime.h"
#include "programs/places.h"
#include "programs/private_memory.h"
#include "programs/standard_streams.h"
#include "programs/targetctl.h"
#include "shell/complete.h"
#include "shell/console.h"
#include "shell/interactive.h"
#include "shell/progress.h"
#include "shell/shell.h"
#include "shell/user_file.h"

namespace lunet::programs {

static shell::LineSource lines_of(std::vector<std::string> lines) {
  return [lines = std::move(lines), at = std::size_t{0}]() mutable -> std::optional<std::string> {
    return at < lines.size() ? std::optional(lines[at++]) : std::nullopt;
  };
}

static shell::ExitStatus run_commands(const LunetOptions& options, shell::Session& session) {
  std::vector<std::string> lines;
  for (const std::string& text : options.commands) {
    for (std::string& line : shell::split_commands(text)) lines.push_back(std::move(line));
  }
  return shell::run_lines(lines_of(std::move(lines)), "", options.keep_going, session);
}

static shell::ExitStatus run_input(const LunetOptions& options, shell::Session& session) {
  const auto next = [&session] { return session.console.read_line(); };
  return shell::run_lines(next, "standard input", options.keep_going, session);
}

// What another shell asks with `lunet __complete LINE`: a candidate a line, a tab, what is known about it.
// Never starts anything.
static int complete_line(const std::string& line, shell::StandardConsole& console) {
  const TypedCommand typed = parse_typed(line);
  for (const std::string& option : typed.candidates) console.write(option + "\n");
  if (typed.words.empty()) return 0;
  const LunetOptions& options = typed.options;
  LunetRuntime runtime({options.runtime, options.state_dir, options.socket_path, false, {}, {}});
  const std::string folder = shell::user_folder();
  shell::Session session{.runtime = runtime,
                         .console = console,
                         .preferences = shell::Preferences(folder),
                         .bookmarks = shell::Bookmarks(folder)};
  for (const shell::Candidate& each : shell::complete_words(typed.words, session).candidates)
    console.write(each.text + (each.about.empty() ? "" : "\t" + each.about) + "\n");
  return 0;
}

static int run_session(const LunetOptions& options, shell::StandardConsole& console) {
  RuntimeOptions wanted{options.runtime, options.state_dir, options.socket_path, !options.no_start, {}, {},
                        options.ensure,  options.dry_run,   options.exports};
  // With --json they are in the answer.
  if (!options.json) wanted.notice = [&](const std::string& text) { console.write_error(text + "\n"); };
  shell::ProgressMeter meter(console);
  const shell::Session* working = nullptr;
  wanted.progress = [&](const service::Progress& progress) {
    if (working != nullptr && !working->json) meter.show(progress);
  };
  LunetRuntime runtime(std::move(wanted));
  const std::string folder = shell::user_folder();
  shell::Session session{.runtime = runtime,
                         .console = console,
                         .json = options.json,
                         .yes = options.yes,
                         .ensure = options.ensure,
                         .preferences = shell::Preferences(folder),
                         .bookmarks = shell::Bookmarks(folder)};
  working = &session;
  if (!options.words.empty()) return static_cast<int>(shell::run(options.words, session));
  if (!options.commands.empty()) return static_cast<int>(run_commands(options, session));
  if (::isatty(STDIN_FILENO) == 0) return static_cast<int>(run_input(options, session));
  return static_cast<int>(shell::run_interactive(session, folder));
}

// Options of root's file of them, which those of the command line overrule.
static Result<std::vector<std::string>> with_conf(std::vector<std::string> arguments) {
  constexpr const char* of_root = "/etc/lunet/options";
  if (::geteuid() != 0 || ::access(of_root, F_OK) != 0) return arguments;
  std::vector<std::string> words = TRY(read_conf(of_root));
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

static int run_as_targetctl(const std::vector<std::string>& arguments) {
  shell::StandardConsole console;
  const auto words = with_conf({});
  if (!words) return static_cast<int>(shell::report_usage(words.error(), false, console));
  const auto parsed = parse_lunet_options(*words);
  if (const auto* error = std::get_if<Error>(&parsed))
    return static_cast<int>(shell::report_usage(*error, false, console));
  const auto* options = std::get_if<LunetOptions>(&parsed);
  if (options == nullptr) return 0;  // a file that asks for help gets none
  RuntimeOptions wanted{
      options->runtime, options->state_dir, options->socket_path, !options->no_start, {}, {}, false, false,
      options->exports};
  wanted.command = "targetctl";
  for (const std::string& argument : arguments) wanted.command += " " + argument;
  LunetRuntime runtime(std::move(wanted));
  return run_targetctl(arguments, runtime, console);
}

static bool is_typed_at(const LunetOptions& options) {
  return options.words.empty() && options.commands.empty() && ::isatty(STDIN_FILENO) != 0;
}

static int run(std::vector<std::string> arguments, bool as_targetcli) {
  shell::StandardConsole console;
  auto words = with_conf(arguments);
  if (!words) return static_cast<int>(shell::report_usage(words.error(), false, console));
  arguments = std::move(*words);
  const auto parsed = parse_lunet_options(arguments);
  if (const auto* text = std::get_if<std::string>(&parsed)) {
    console.write(*text);
    return 0;
  }
  if (const auto* error = std::get_if<Error>(&parsed)) {
    const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return static_cast<int>(shell::report_usage(*error, json, console));
  }
  LunetOptions options = std::get<LunetOptions>(parsed);
  if (as_targetcli && !is_typed_at(options)) options.yes = true;
  if (!options.words.empty() && !options.commands.empty()) {
    const Error both{EINVAL, "-c and a command cannot both be given", "put the command into -c"};
    return static_cast<int>(shell::report_usage(both, options.json, console));
  }
  // What targetcli was called for by those words is so already.
  const bool alone = options.words.empty() && options.commands.empty();
  if ((options.disable_daemon && alone) || options.words == std::vector<std::string>{"disable-daemon"})
    return 0;
  if (options.words.size() == 2 && options.words[0] == "__complete")
    return complete_line(options.words[1], console);
  return run_session(options, console);
}

}  // namespace lunet::programs

int main(int argc, char** argv) {
  lunet::programs::fill_standard_streams();
  lunet::programs::keep_memory_private();
  lunet::keep_freed_memory();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const int status = lunet::programs::is_targetctl(argv[0])
                         ? lunet::programs::run_as_targetctl(arguments)
                         : lunet::programs::run(arguments, lunet::programs::is_targetcli(argv[0]));
  // A full disk behind standard output is a failure like any other.
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? status : 1;
}
