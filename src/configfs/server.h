// SPDX-License-Identifier: Apache-2.0
// Offers a Tree on a Unix socket (protocol.h). Each client has a thread of its own, so that one that stalls
// stops nobody else. Who may: the server's own user and root; with `group`, its members too, but secrets
// (auth/*) only the first two.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "configfs/tree.h"

namespace lunet::configfs {

struct ServerOptions {
  std::string socket_path;
  std::optional<gid_t> group;
  /// A socket that listens there already, made by a service manager, which also removes it; -1: none.
  int inherited = -1;
  /// One more is told EAGAIN. Users other than the owner and root: a quarter of it each.
  std::size_t clients_max = 512;
  /// For requests and answers of more than MemoryShare::free_bytes, of all clients together. Who comes when
  /// it is used up is told EAGAIN.
  std::size_t memory_max = 256U << 20U;
  int message_timeout_ms =
      10000;  ///< from a message's first byte to its last, in either direction; also for the hello
};

class Server {
 public:
  /// Serves at once. `tree` must be thread-safe and outlives the server.
  static Result<std::unique_ptr<Server>> listen(const ServerOptions& options, Tree& tree);
  /// As stop().
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// No more clients, the socket removed, running requests finished, all threads ended. May be called again.
  void stop();

 private:
  class Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace lunet::configfs
