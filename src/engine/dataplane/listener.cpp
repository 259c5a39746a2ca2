// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/listener.h"

#include <fmt/core.h>

#include <chrono>
#include <thread>

#include "base/log.h"

namespace lunet::dataplane {

namespace {

constexpr int backlog = 512;
constexpr std::uint64_t accept_retry_ms = 100;

Error cannot_listen(const std::string& portal, const char* what) {
  const int cause = errno;
  Error error = system_error(cause, fmt::format("portal {}: {}", portal, what));
  if (cause == EADDRINUSE) {
    error.hint =
        fmt::format("another process or portal holds the port: see 'ss -ltnp', or choose another port");
  } else if (cause == EACCES) {
    error.hint = "ports below 1024 need root or CAP_NET_BIND_SERVICE";
  }
  error.errnum = EINVAL;  // the kernel's target answers EINVAL whatever the reason
  return error;
}

}  // namespace

Result<std::shared_ptr<Listener>> Listener::open(const std::string& portal) {
  const Address address = TRY(Address::parse(portal));
  const int family = address.is_ipv6() ? AF_INET6 : AF_INET;
  Fd socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return cannot_listen(portal, "socket");
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket.get(), IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  if (address.is_ipv6()) {
    const int only_ipv6 = address.is_wildcard() ? 0 : 1;
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof only_ipv6);
  }
  // After a crash the kernel gives up a ring's sockets a moment after the process is gone.
  int bound = ::bind(socket.get(), address.data(), address.size());
  for (int left = 20; bound != 0 && errno == EADDRINUSE && left > 0; --left) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    bound = ::bind(socket.get(), address.data(), address.size());
  }
  if (bound != 0) return cannot_listen(portal, "bind");
  if (::listen(socket.get(), backlog) != 0) return cannot_listen(portal, "listen");
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&local), &size) != 0) {
    return cannot_listen(portal, "getsockname");
  }
  const std::uint16_t port = Address::from(local).port();
  return std::shared_ptr<Listener>(new Listener(portal, std::move(socket), port));
}

void Listener::start(Worker& worker, Accepted accepted) {
  worker_ = &worker;
  accepted_ = std::move(accepted);
  worker.post([keep = shared_from_this()] {
    if (keep->stopping_) return;
    keep->self_ = keep;
    keep->worker_->reactor().accept(*keep, keep->socket_.get());
  });
}

void Listener::stop() {
  if (worker_ == nullptr) return;
  worker_->post([keep = shared_from_this()] {
    keep->stopping_ = true;
    if (keep->self_ != nullptr) keep->worker_->reactor().cancel(*keep);
  });
}

void Listener::done(int result) {
  const std::shared_ptr<Listener> keep = std::move(self_);
  if (result >= 0) {
    Fd socket(result);
    if (!stopping_) accepted_(std::move(socket), portal_);
  }
  if (stopping_ || result == -ECANCELED) {
    socket_.reset();
    return;
  }
  if (result >= 0 || result == -ECONNABORTED || result == -EINTR || result == -EAGAIN) {
    self_ = keep;
    worker_->reactor().accept(*this, socket_.get());
    return;
  }
  // Out of descriptors or memory: others may give some back soon.
  log::warning("portal {}: {}", portal_, Error(system_error(-result, "accept")).message);
  worker_->reactor().after(accept_retry_ms, [keep] {
    if (keep->stopping_) return;
    keep->self_ = keep;
    keep->worker_->reactor().accept(*keep, keep->socket_.get());
  });
}

}  // namespace lunet::dataplane
