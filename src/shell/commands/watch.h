// SPDX-License-Identifier: Apache-2.0
// Counts at two moments as rates.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lunet::shell {

struct Traffic {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t commands = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t write_bytes = 0;
  std::uint64_t timed = 0;
  std::uint64_t timed_us = 0;
};

/// Reads, writes, commands, bytes read and written a second, and microseconds a command; "" where nothing was
/// timed.
std::vector<std::string> traffic_cells(const Traffic& from, const Traffic& to, double seconds);

}  // namespace lunet::shell
