// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/shell.h"

namespace lunet::shell {

constexpr int depth_max = 16;

static Result<Outcome> source(const Invocation& call) {
  Session& session = call.session;
  const std::string path = call.arguments.text("file");
  if (session.depth >= depth_max)
    return Error{ELOOP, "source: the files read each other, or too many do",
                 "look for a file that reads itself"};
  errno = 0;
  std::ifstream file(path);
  if (!file) return system_error(errno == 0 ? ENOENT : errno, "reading " + path);
  const LineSource next = [&file]() -> std::optional<std::string> {
    std::string line;
    return std::getline(file, line) ? std::optional(line) : std::nullopt;
  };
  const Place before = session.place;
  session.place = call.place;
  ++session.depth;
  Outcome outcome;
  outcome.status = run_lines(next, path, call.arguments.flag("keep_going"), session);
  --session.depth;
  session.place = before;
  session.leave = false;  // "exit" in a file ends the file
  if (file.bad()) return system_error(EIO, "reading " + path);
  return outcome;
}

std::vector<Command> script_commands() {
  return {{.name = "source",
           .kinds = {},
           .parameters = {{.name = "file", .complete = complete_file},
                          {"keep_going", ParameterType::boolean, false, "false"}},
           .needs_runtime = false,
           .run = source}};
}

}  // namespace lunet::shell
