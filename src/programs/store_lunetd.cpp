// SPDX-License-Identifier: Apache-2.0
#include "programs/store_lunetd.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/fd.h"
#include "configfs/unix_socket.h"

namespace lunet::programs {

/// The sockets that listen there, as /proc/PID/fd names them.
static std::set<std::string> listeners_at(const std::string& socket_path) {
  std::set<std::string> found;
  std::ifstream table("/proc/net/unix");
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string number, users, protocol, flags, type, state, inode, path;
    words >> number >> users >> protocol >> flags >> type >> state >> inode >> path;
    constexpr unsigned long accepts_connections = 0x10000;
    if ((std::strtoul(flags.c_str(), nullptr, 16) & accepts_connections) == 0 || path.empty()) continue;
    std::error_code error;
    if (path == socket_path || std::filesystem::equivalent(path, socket_path, error))
      found.insert("socket:[" + inode + "]");
  }
  return found;
}

/// A socket that systemd made is systemd's by its credentials; the process was given it.
static bool has_socket(pid_t pid, const std::string& socket_path) {
  const std::set<std::string> listeners = listeners_at(socket_path);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid), error)) {
    if (listeners.contains(std::filesystem::read_symlink(entry.path(), error).string())) return true;
  }
  return false;
}

pid_t lunetd_of(const std::string& state_dir) {
  const Fd file(::open((state_dir + "/lunetd.pid").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return 0;
  std::array<char, 32> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size() - 1);
  return size <= 0 ? 0 : static_cast<pid_t>(std::strtol(text.data(), nullptr, 10));
}

Result<> check_lunetd_of_store(const std::string& state_dir, const std::string& socket_path) {
  const pid_t own = lunetd_of(state_dir);
  if (own == 0) return {};
  const Fd connection = TRY(configfs::connect_unix(socket_path));
  const pid_t peer = TRY(configfs::peer_of(connection.get())).pid;
  // 0: it is in another PID namespace, where the numbers say nothing.
  if (peer == 0 || peer == own || has_socket(own, socket_path)) return {};
  return Error{
      EBUSY,
      fmt::format("lunetd (pid {}) serves the store in {}, and another program (pid {}) answers at {}", own,
                  state_dir, peer, socket_path),
      "give --socket the socket that it listens at, or stop it; nothing was touched"};
}

}  // namespace lunet::programs
