// SPDX-License-Identifier: Apache-2.0
// lunet: reads the options, wires console, runtime and shell.
#include <algorithm>
#include <cstdio>

#include "programs/lunet_options.h"
#include "programs/lunet_runtime.h"
#include "programs/private_memory.h"
#include "shell/console.h"
#include "shell/shell.h"

namespace lunet::programs {

static int run_command(const LunetOptions& options, shell::StandardConsole& console) {
  RuntimeOptions wanted{options.runtime,
                        options.state_dir,
                        options.socket_path,
                        !options.no_start,
                        shell::command_text(options.words),
                        {}};
  // With --json they are in the answer.
  if (!options.json) wanted.notice = [&](const std::string& text) { console.write_error(text + "\n"); };
  LunetRuntime runtime(std::move(wanted));
  shell::Session session{runtime, console, options.json, options.yes};
  return static_cast<int>(shell::run(options.words, session));
}

static int run(const std::vector<std::string>& arguments) {
  shell::StandardConsole console;
  const auto parsed = parse_lunet_options(arguments);
  if (const auto* text = std::get_if<std::string>(&parsed)) {
    console.write(*text);
    return 0;
  }
  if (const auto* error = std::get_if<Error>(&parsed)) {
    const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return static_cast<int>(shell::report_usage(*error, json, console));
  }
  const auto& options = std::get<LunetOptions>(parsed);
  if (!options.words.empty()) return run_command(options, console);
  console.write(std::get<std::string>(parse_lunet_options({"--help"})));
  return 0;
}

}  // namespace lunet::programs

int main(int argc, char** argv) {
  lunet::programs::keep_memory_private();
  const int status = lunet::programs::run({argv + 1, argv + argc});
  // A full disk behind standard output is a failure like any other.
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? status : 1;
}
