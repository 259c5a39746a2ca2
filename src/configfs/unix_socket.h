// SPDX-License-Identifier: Apache-2.0
// Unix stream sockets: listening without taking a live socket away, and who is at the other end.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace lunet::configfs {

/// Connects; ENOENT or ECONNREFUSED when nobody listens there.
Result<Fd> connect_unix(const std::string& path);

/// Listens with mode 0600, or 0660 for the group. A socket that nobody answers on any more is replaced, a
/// live one never (EADDRINUSE), and no other kind of file (EEXIST).
Result<Fd> listen_unix(const std::string& path, std::optional<gid_t> group);

/// A socket that listens already, from whoever started this process. Its file and mode are the giver's.
Result<Fd> take_over_unix(int fd);

/// Who connected, as the kernel saw it then.
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};
Result<Peer> peer_of(int fd);
/// The peer's own or one of its supplementary groups.
bool is_in_group(int fd, const Peer& peer, gid_t group);

}  // namespace lunet::configfs
