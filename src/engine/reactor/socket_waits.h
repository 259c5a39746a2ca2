// SPDX-License-Identifier: Apache-2.0
// Socket operations of an epoll reactor that would block, in order for each socket and direction. Makes the
// system calls; knows nothing of loops and done().
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/reactor/reactor.h"

namespace lunet::reactor {

/// accept, receive or send, tried as often as it takes.
struct SocketCall {
  enum class Kind : std::uint8_t { accept, receive, send };
  Operation* operation = nullptr;
  Kind kind = Kind::receive;
  int socket = -1;
  MutableBytes buffer;
  const msghdr* message = nullptr;

  /// Never blocks: -EAGAIN. Otherwise as Operation::done().
  [[nodiscard]] int attempt() const;
};

struct SocketResult {
  Operation* operation;
  int result;
};

class SocketWaits {
 public:
  /// Is an earlier operation of that kind waiting on the socket? Then a new one must not overtake it.
  [[nodiscard]] bool must_queue(const SocketCall& call) const;
  void add(const SocketCall& call);
  /// False when it does not wait here.
  bool remove(Operation& operation);
  /// Tells epoll what to wait for; an operation whose socket cannot be waited on ends in `results`. Returns
  /// how many system calls it took.
  std::uint64_t arm(int epoll, std::vector<SocketResult>& results);
  /// The socket is ready: tries what waits there. Returns how many system calls it took.
  std::uint64_t ready(int socket, std::uint32_t events, std::vector<SocketResult>& results);

 private:
  /// Kept when nothing waits any more: descriptors are few and come back.
  struct Queues {
    std::vector<SocketCall> readers;
    std::vector<SocketCall> writers;
    bool dirty = false;       ///< in dirty_
    bool registered = false;  ///< epoll knew it once; if it was closed since, it does not any more
  };
  static std::vector<SocketCall>& queue_of(Queues& queues, SocketCall::Kind kind);
  std::uint64_t try_all(std::vector<SocketCall>& queue, std::vector<SocketResult>& results);
  void fail_all(std::vector<SocketCall>& queue, int errnum, std::vector<SocketResult>& results);
  void mark_dirty(int socket, Queues& queues);

  std::unordered_map<int, Queues> sockets_;
  std::unordered_map<Operation*, SocketCall> waiting_;
  std::vector<int> dirty_;  ///< epoll must be told
};

}  // namespace lunet::reactor
