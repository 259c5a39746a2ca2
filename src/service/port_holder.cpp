// SPDX-License-Identifier: Apache-2.0
#include "service/port_holder.h"

#include <fmt/core.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"

namespace lunet::service {
namespace {

namespace fs = std::filesystem;

/// Inodes of the listening sockets on the port, from /proc/net/tcp and tcp6: the columns are
/// slot, local ADDRESS:PORT in hex, remote, state (0A: listening), ..., the tenth is the inode.
void add_listeners(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream columns(line);
    std::string slot, local, remote, state, skipped, inode;
    columns >> slot >> local >> remote >> state;
    for (int i = 0; i < 5; ++i) columns >> skipped;
    columns >> inode;
    const std::size_t colon = local.rfind(':');
    if (state != "0A" || colon == std::string::npos) continue;
    unsigned local_port = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), local_port, 16);
    if (local_port == port) inodes.insert(fmt::format("socket:[{}]", inode));
  }
}

bool has_open(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code error;
  for (fs::directory_iterator fd(process / "fd", error), end; !error && fd != end; fd.increment(error)) {
    std::error_code ignored;
    if (sockets.contains(fs::read_symlink(fd->path(), ignored).string())) return true;
  }
  return false;
}

}  // namespace

std::string find_port_holder(std::uint16_t port) {
  std::set<std::string> sockets;
  add_listeners("/proc/net/tcp", port, sockets);
  add_listeners("/proc/net/tcp6", port, sockets);
  if (sockets.empty()) return "";
  std::error_code error;
  for (fs::directory_iterator process("/proc", error), end; !error && process != end;
       process.increment(error)) {
    const std::string pid = process->path().filename().string();
    if (!parse_unsigned(pid) || !has_open(process->path(), sockets)) continue;
    std::ifstream file(process->path() / "comm");
    std::string name;
    std::getline(file, name);
    return fmt::format("process {} ({})", pid, name);
  }
  return "another user's program";
}

bool host_has_ipv6() {
  std::ifstream file("/proc/net/if_inet6");
  std::string line;
  return static_cast<bool>(std::getline(file, line));
}

}  // namespace lunet::service
