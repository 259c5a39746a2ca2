// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "service/service.h"

namespace lunet::programs {

struct LunetOptions {
  std::optional<service::RuntimeKind> runtime;  ///< nothing: auto
  std::string state_dir;                        ///< absolute
  std::string socket_path;                      ///< absolute
  bool json = false;
  bool yes = false;
  bool ensure = false;
  bool dry_run = false;
  bool no_start = false;
  bool disable_daemon = false;  ///< of targetcli; of no effect
  bool keep_going = false;
  std::vector<std::string> commands;  ///< of -c
  std::vector<std::string> exports;   ///< absolute
  std::vector<std::string> words;     ///< the command; options end at its first word
};

/// What the arguments ask for: a command, a text to print (--help, --version), or EINVAL with a hint.
using ParsedLunetOptions = std::variant<LunetOptions, std::string, Error>;
ParsedLunetOptions parse_lunet_options(const std::vector<std::string>& arguments);

/// A command line that is being typed in another shell.
struct TypedCommand {
  LunetOptions options;                 ///< as far as they are typed
  std::vector<std::string> words;       ///< of the command; the last one is the one to complete
  std::vector<std::string> candidates;  ///< options; only when words is empty
};
/// `line` begins with the program's name and ends at the cursor.
TypedCommand parse_typed(std::string_view line);

}  // namespace lunet::programs
