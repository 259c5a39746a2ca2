// SPDX-License-Identifier: Apache-2.0
// Results and errors as data for scripts: format "lunet/1", to which only keys are added.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "shell/command.h"

namespace lunet::shell {

/// One object and a line end. `notices` join the warnings.
std::string json_of(const Outcome& outcome, const std::vector<std::string>& notices = {});

/// What was tried when an error came up.
struct Attempt {
  std::string_view object;     ///< path; "" before it was known
  std::string_view operation;  ///< command; "" before it was known
  bool usage = false;          ///< the words were wrong; nothing was tried
  ExitStatus status = ExitStatus::failed;
  std::string command = {};  ///< that corrects it, when the hint has one
  std::vector<std::string> notices = {};
};
std::string json_of(const Error& error, const Attempt& attempt);
/// A stable name: E_USAGE, E_NOT_FOUND, E_EXISTS, ...
std::string_view error_code(const Error& error, bool usage);

}  // namespace lunet::shell
