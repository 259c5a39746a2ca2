// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
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
  bool no_start = false;
  std::vector<std::string> words;  ///< the command; options end at its first word
};

/// What the arguments ask for: a command, a text to print (--help, --version), or EINVAL with a hint.
using ParsedLunetOptions = std::variant<LunetOptions, std::string, Error>;
ParsedLunetOptions parse_lunet_options(const std::vector<std::string>& arguments);

}  // namespace lunet::programs
