// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/socket_connection.h"

#include <netinet/tcp.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "engine/dataplane/worker.h"

namespace lunet::dataplane {

namespace {

using NameCall = int (*)(int, sockaddr*, socklen_t*);

Address address_of(int socket, NameCall call) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  call(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return Address::from(storage);
}

}  // namespace

SocketConnection::SocketConnection(Worker& worker, std::uint64_t id, Fd socket, std::string portal)
    : worker_(worker),
      id_(id),
      socket_(std::move(socket)),
      portal_(std::move(portal)),
      local_(address_of(socket_.get(), ::getsockname)),
      peer_(address_of(socket_.get(), ::getpeername)),
      protocol_(*this, iscsi::ConnectionLimits{}, worker.reactor().now_ms()),
      receive_buffer_(receive_bytes) {
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

SocketConnection::~SocketConnection() = default;

reactor::Reactor& SocketConnection::reactor() {
  return worker_.reactor();
}

BufferPool& SocketConnection::buffers() {
  return worker_.buffers();
}

void SocketConnection::start() {
  log::debug("connection from {} to {}", peer_.text(), portal_);
  arm_receive();
}

bool SocketConnection::output_full() const {
  return unsent_bytes_ > unsent_bytes_max;
}

void SocketConnection::arm_receive() {
  if (receive_.pending || closing_ || protocol_.finished() || output_full()) return;
  MutableBytes room = protocol_.direct_room();
  receive_.direct = !room.empty();
  if (!receive_.direct) room = receive_buffer_;
  receive_.pending = true;
  reactor().receive(receive_, socket_.get(), room);
}

void SocketConnection::received(int result) {
  receive_.pending = false;
  receive_.kept.clear();
  if (result <= 0) {
    drop(result == 0 ? "closed by the initiator" : Error(system_error(-result, "receiving")).message);
    return;
  }
  const auto bytes = static_cast<std::size_t>(result);
  if (closing_) return close_if_over();
  if (receive_.direct) {
    protocol_.direct_received(bytes);
  } else {
    protocol_.receive(Bytes(receive_buffer_).first(bytes));
  }
  arm_receive();
  close_if_over();
}

void SocketConnection::output_ready(iscsi::Connection& /*connection*/) {
  if (flush_queued_ || send_.pending) return;
  flush_queued_ = true;
  worker_.flush_later(*this);
}

void SocketConnection::flush() {
  flush_queued_ = false;
  if (send_.pending || closing_) return close_if_over();
  const std::size_t entries = protocol_.gather(vector_);
  if (entries == 0) {
    all_sent();
    return close_if_over();
  }
  message_ = {};
  message_.msg_iov = vector_.data();
  message_.msg_iovlen = entries;
  send_.pending = true;
  reactor().send(send_, socket_.get(), message_);
}

void SocketConnection::sent(int result) {
  send_.pending = false;
  if (result < 0) {
    drop(Error(system_error(-result, "sending")).message);
    return;
  }
  const auto bytes = static_cast<std::size_t>(result);
  unsent_bytes_ -= std::min(unsent_bytes_, bytes);
  if (closing_) return close_if_over();
  protocol_.sent(bytes);
  if (protocol_.has_output()) {
    flush();
  } else {
    all_sent();
  }
  arm_receive();
  close_if_over();
}

// The count is of what commands offered: less may have been sent, when an initiator expects less or a command
// was aborted. It starts anew whenever nothing is left.
void SocketConnection::all_sent() {
  unsent_bytes_ = 0;
  arm_receive();
}

void SocketConnection::drop(std::string_view why) {
  if (!protocol_.finished()) protocol_.drop(why);
  closing_ = true;
  close_if_over();
}

// The end has stages: the protocol is over and its last words are sent; socket operations are cancelled;
// running commands come back from the disks; then the session's place is given up and the worker destroys
// this.
void SocketConnection::close_if_over() {
  if (!closing_ && protocol_.finished() && !protocol_.has_output() && !send_.pending) closing_ = true;
  if (!closing_) return;
  if (receive_.pending) reactor().cancel(receive_);
  if (send_.pending) reactor().cancel(send_);
  if (receive_.pending || send_.pending || flush_queued_ || !tasks_.empty()) return;
  if (std::exchange(over_, true)) return;
  if (session_key_) {
    worker_.registry().close(*session_key_, session_, protocol_.reason().empty());
    session_key_.reset();
  }
  if (!protocol_.reason().empty() && !login_refused_) {
    log::info("connection from {} ({}) ended: {}", peer_.text(), protocol_.identity().initiator_name,
              protocol_.reason());
  }
  worker_.remove(*this);
}

void SocketConnection::tick(std::uint64_t now_ms) {
  if (closing_) return close_if_over();
  protocol_.tick(now_ms);
  if (!send_.pending && !protocol_.has_output()) all_sent();
  close_if_over();
}

std::optional<SessionInfo> SocketConnection::info() const {
  if (tpg_ == nullptr || closing_) return std::nullopt;
  const iscsi::LoginIdentity& identity = protocol_.identity();
  return SessionInfo{identity.initiator_name, identity.initiator_alias, tpg_->target, tpg_->tag,
                     identity.isid,           protocol_.tsih(),         identity.cid, peer_.text(),
                     protocol_.negotiated()};
}

}  // namespace lunet::dataplane
