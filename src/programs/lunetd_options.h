// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "programs/start_engine.h"

namespace lunet::programs {

struct LunetdOptions {
  std::string state_dir;  ///< "" : nothing is restored or kept
  std::string socket;     ///< control socket
  std::string group;      ///< may use the control socket, besides the owner and root
  unsigned threads = 0;   ///< 0: one a processor, at most 4
  IoEngine io_engine = IoEngine::automatic;
  dataplane::GateLimits limits;
  std::size_t connection_memory = dataplane::EngineOptions::connection_memory_default;
  std::size_t control_clients_max = 512;
  int ready_fd = -1;  ///< gets one byte 'R' when the control socket answers
  bool verbose = false;
};

/// Options, or the exit status of --help, --version and usage errors (already printed).
std::variant<LunetdOptions, int> parse_lunetd_options(int argc, char** argv);

}  // namespace lunet::programs
