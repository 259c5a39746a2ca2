// SPDX-License-Identifier: Apache-2.0
#include "configfs/unix_socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

namespace lunet::configfs {
namespace {

constexpr int backlog = 128;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Error{ENAMETOOLONG,
                 "the socket path " + path + " is longer than " +
                     std::to_string(sizeof address.sun_path - 1) + " bytes",
                 "choose a shorter one with --socket"};
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// Removes a socket that nobody answers on.
Result<> make_room(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0)
    return errno == ENOENT ? Result<>() : Result<>(system_error(errno, "looking for " + path));
  if (!S_ISSOCK(status.st_mode)) return Error{EEXIST, path + " is there and is no socket", "move it away"};
  const auto probe = connect_unix(path);
  if (probe)
    return Error{EADDRINUSE, "a program answers on " + path + " already",
                 "stop it, or choose another socket"};
  if (probe.error().errnum != ECONNREFUSED && probe.error().errnum != ENOENT)
    return Error(probe.error()).during("finding out whether " + path + " is in use");
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return system_error(errno, "removing the stale socket " + path);
  return {};
}

Result<> open_to_group(const std::string& path, gid_t group) {
  if (::chown(path.c_str(), static_cast<uid_t>(-1), group) != 0)
    return system_error(errno, "giving " + path + " to group " + std::to_string(group));
  if (::chmod(path.c_str(), 0660) != 0) return system_error(errno, "opening " + path + " to its group");
  return {};
}

}  // namespace

Result<Fd> connect_unix(const std::string& path) {
  const sockaddr_un address = TRY(address_of(path));
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_error(errno, "making a socket");
  // A Unix socket connects at once; EAGAIN means that the other side's queue is full: somebody is there.
  if (::connect(fd.get(), generic(address), sizeof address) != 0)
    return system_error(errno, "connecting to " + path);
  return fd;
}

Result<Fd> listen_unix(const std::string& path, std::optional<gid_t> group) {
  const sockaddr_un address = TRY(address_of(path));
  const std::size_t slash = path.rfind('/');
  const std::string dir = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  // Two that start at once look for a stale socket one after the other.
  const Fd lock(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return system_error(errno, "opening the directory " + dir + " of the socket");
  if (::flock(lock.get(), LOCK_EX) != 0) return system_error(errno, "locking " + dir);
  TRY_OK(make_room(path));
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_error(errno, "making a socket");
  // Linux gives the file the socket's mode: nobody can connect in between.
  if (::fchmod(fd.get(), 0600) != 0) return system_error(errno, "setting the mode of the socket");
  if (::bind(fd.get(), generic(address), sizeof address) != 0) return system_error(errno, "binding " + path);
  if (::listen(fd.get(), backlog) != 0) return system_error(errno, "listening on " + path);
  if (group) TRY_OK(open_to_group(path, *group));
  return fd;
}

Result<Fd> take_over_unix(int fd) {
  int domain = 0;
  int listens = 0;
  socklen_t size = sizeof domain;
  if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
      ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0)
    return system_error(errno, "taking over descriptor " + std::to_string(fd));
  if (domain != AF_UNIX || listens == 0) {
    return Error{EINVAL, "descriptor " + std::to_string(fd) + " is no Unix socket that listens",
                 "in a socket unit, use ListenStream= with a path"};
  }
  if (::fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
    return system_error(errno, "taking over descriptor " + std::to_string(fd));
  return Fd(fd);
}

Result<Peer> peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return system_error(errno, "asking who connected");
  return Peer{credentials.uid, credentials.gid, credentials.pid};
}

bool is_in_group(int fd, const Peer& peer, gid_t group) {
  if (peer.gid == group) return true;
  std::vector<gid_t> groups(65536);  // NGROUPS_MAX
  auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return false;
  groups.resize(size / sizeof(gid_t));
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace lunet::configfs
