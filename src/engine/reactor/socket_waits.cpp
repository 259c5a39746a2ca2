// SPDX-License-Identifier: Apache-2.0
#include "engine/reactor/socket_waits.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace lunet::reactor {

namespace {

int accept_one(int listener) {
  // accept4() has no flag against waiting for a connection that was given up meanwhile.
  const int flags = ::fcntl(listener, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) == 0) ::fcntl(listener, F_SETFL, flags | O_NONBLOCK);
  return ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

}  // namespace

int SocketCall::attempt() const {
  constexpr std::size_t bytes_max = 1U << 30;  // the result has 32 bits
  for (;;) {
    ssize_t result = -1;
    switch (kind) {
      case Kind::accept: result = accept_one(socket); break;
      case Kind::receive:
        result = ::recv(socket, buffer.data(), std::min(buffer.size(), bytes_max), MSG_DONTWAIT);
        break;
      case Kind::send: result = ::sendmsg(socket, message, MSG_DONTWAIT | MSG_NOSIGNAL); break;
    }
    if (result >= 0) return static_cast<int>(result);
    if (errno != EINTR) return -errno;
  }
}

std::vector<SocketCall>& SocketWaits::queue_of(Queues& queues, SocketCall::Kind kind) {
  return kind == SocketCall::Kind::send ? queues.writers : queues.readers;
}

bool SocketWaits::must_queue(const SocketCall& call) const {
  const auto found = sockets_.find(call.socket);
  if (found == sockets_.end()) return false;
  const Queues& queues = found->second;
  return !(call.kind == SocketCall::Kind::send ? queues.writers : queues.readers).empty();
}

void SocketWaits::add(const SocketCall& call) {
  Queues& queues = sockets_[call.socket];
  queue_of(queues, call.kind).push_back(call);
  waiting_.emplace(call.operation, call);
  mark_dirty(call.socket, queues);
}

void SocketWaits::mark_dirty(int socket, Queues& queues) {
  if (std::exchange(queues.dirty, true)) return;
  dirty_.push_back(socket);
}

bool SocketWaits::remove(Operation& operation) {
  const auto found = waiting_.find(&operation);
  if (found == waiting_.end()) return false;
  std::erase_if(queue_of(sockets_[found->second.socket], found->second.kind),
                [&](const SocketCall& call) { return call.operation == &operation; });
  waiting_.erase(found);
  return true;
}

// Each wait is announced anew (EPOLLONESHOT): a descriptor may have been closed and taken by another socket
// since the last one, and epoll would say nothing about it.
std::uint64_t SocketWaits::arm(int epoll, std::vector<SocketResult>& results) {
  std::uint64_t calls = 0;
  for (const int socket : std::exchange(dirty_, {})) {
    Queues& queues = sockets_[socket];
    queues.dirty = false;
    epoll_event event{};
    event.data.fd = socket;
    if (!queues.readers.empty()) event.events |= EPOLLIN | EPOLLRDHUP;
    if (!queues.writers.empty()) event.events |= EPOLLOUT;
    if (event.events == 0) continue;
    event.events |= EPOLLONESHOT;
    int result = -1;
    if (queues.registered) {
      result = ::epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event);
      ++calls;
    }
    if (!queues.registered || (result != 0 && errno == ENOENT)) {
      result = ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
      ++calls;
    }
    queues.registered = result == 0;
    if (result == 0) continue;
    const int errnum = errno;
    fail_all(queues.readers, errnum, results);
    fail_all(queues.writers, errnum, results);
  }
  return calls;
}

std::uint64_t SocketWaits::ready(int socket, std::uint32_t events, std::vector<SocketResult>& results) {
  const auto found = sockets_.find(socket);
  if (found == sockets_.end()) return 0;
  Queues& queues = found->second;
  std::uint64_t calls = 0;
  constexpr std::uint32_t broken = EPOLLERR | EPOLLHUP;
  if ((events & (EPOLLIN | EPOLLRDHUP | broken)) != 0) calls += try_all(queues.readers, results);
  if ((events & (EPOLLOUT | broken)) != 0) calls += try_all(queues.writers, results);
  if (!queues.readers.empty() || !queues.writers.empty()) mark_dirty(socket, queues);
  return calls;
}

std::uint64_t SocketWaits::try_all(std::vector<SocketCall>& queue, std::vector<SocketResult>& results) {
  std::size_t done = 0;
  std::uint64_t calls = 0;
  for (; done < queue.size(); ++done) {
    const int result = queue[done].attempt();
    ++calls;
    if (result == -EAGAIN) break;
    waiting_.erase(queue[done].operation);
    results.push_back({queue[done].operation, result});
  }
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(done));
  return calls;
}

void SocketWaits::fail_all(std::vector<SocketCall>& queue, int errnum, std::vector<SocketResult>& results) {
  for (const SocketCall& call : queue) {
    waiting_.erase(call.operation);
    results.push_back({call.operation, -errnum});
  }
  queue.clear();
}

}  // namespace lunet::reactor
