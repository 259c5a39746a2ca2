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

SocketConnection::SocketConnection(Worker& worker, std::uint64_t id, Accepted accepted)
    : worker_(worker),
      id_(id),
      place_(std::move(accepted.place)),
      socket_(std::move(accepted.socket)),
      portal_(std::move(accepted.portal)),
      local_(address_of(socket_.get(), ::getsockname)),
      peer_(address_of(socket_.get(), ::getpeername)),
      memory_(worker.connection_memory()),
      protocol_(*this, iscsi::ConnectionLimits{}, worker.reactor().now_ms()),
      surroundings_([&worker]() -> const Snapshot& { return worker.snapshot(); }),
      receive_buffer_(login_receive_bytes) {
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

SocketConnection::~SocketConnection() = default;

reactor::Reactor& SocketConnection::reactor() {
  return worker_.reactor();
}

Buffer SocketConnection::take_buffer(std::size_t size) {
  return worker_.buffers().take(size, &memory_);
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
  if (receive_buffer_.size() < receive_bytes && protocol_.full_feature()) {
    receive_buffer_.resize(receive_bytes);
  }
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
  place_.reset();  // first: who waits for the connection's end may need it
  if (session_key_) {
    luns_.end_nexuses();
    worker_.registry().close(*session_key_, session_, protocol_.reason().empty());
    session_key_.reset();
  }
  log_end();
  worker_.remove(*this);
}

// What came no further than its login may be anybody: port scanners and attackers must not fill the log.
void SocketConnection::log_end() {
  if (protocol_.reason().empty() || login_refused_) return;
  if (!session_started_) {
    const auto left_out = worker_.login_guard().may_log(peer_.host(), reactor().now_ms());
    if (!left_out) return;
    if (*left_out > 0) log::warning("{} more were refused and not logged", *left_out);
  }
  log::info("connection from {} ({}) ended: {}", peer_.text(), protocol_.identity().initiator_name,
            protocol_.reason());
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
  SessionInfo info{identity.initiator_name, identity.initiator_alias, tpg_->target, tpg_->tag,
                   identity.isid,           protocol_.tsih(),         identity.cid, peer_.text(),
                   protocol_.negotiated()};
  for (const auto& lun : luns_.luns()) {
    const LunMapping& mapping = lun->mapping;
    info.luns.push_back({mapping.lun, mapping.disk->path, mapping.write_protected, lun->use});
  }
  return info;
}

}  // namespace lunet::dataplane
