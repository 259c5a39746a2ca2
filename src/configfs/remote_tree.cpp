// SPDX-License-Identifier: Apache-2.0
#include "configfs/remote_tree.h"

#include <fmt/core.h>

#include <mutex>
#include <utility>

#include "configfs/frame_socket.h"
#include "configfs/protocol.h"
#include "configfs/unix_socket.h"

namespace lunet::configfs {
namespace {

using protocol::MessageType;

struct Connection {
  FrameSocket socket;
  bool transactional = false;
};

/// An error frame as the error it carries; anything but `wanted` as EPROTO.
Result<> expect(MessageType wanted, std::string_view frame) {
  const auto type = protocol::type_of(frame);
  if (type == wanted) return {};
  if (type == MessageType::error) return protocol::decode_error(frame);
  return Error{EPROTO, "the server sent something unexpected", {}};
}

Result<Connection> open_connection(const std::string& path, int timeout_ms) {
  Fd fd = TRY(connect_unix(path));
  Connection connection{FrameSocket(std::move(fd)), false};
  const Deadline deadline = deadline_in(timeout_ms);
  // The server's refusal may be there already and our hello no longer wanted: its answer counts, not our
  // sending.
  (void)connection.socket.send(protocol::encode_hello(MessageType::hello, {}), deadline);
  const std::string reply = TRY(connection.socket.receive(protocol::reply_bytes_max, deadline));
  TRY_OK(expect(MessageType::hello_reply, reply));
  const protocol::Hello hello = TRY(protocol::decode_hello(MessageType::hello_reply, reply));
  if (hello.version != protocol::version)
    return Error{
        EPROTO,
        fmt::format("the server speaks version {} of the protocol, we {}", hello.version, protocol::version),
        "use programs of one release"};
  connection.transactional = hello.transactional;
  return connection;
}

class RemoteWatch : public Watch {
 public:
  RemoteWatch(FrameSocket socket, int timeout_ms) : socket_(std::move(socket)), timeout_ms_(timeout_ms) {}

  Result<Event> next(int timeout_ms) override {
    if (!socket_.is_open()) return Error{ECONNRESET, "the watch has ended", {}};
    TRY_OK(socket_.wait_readable(deadline_in(timeout_ms)));
    auto frame = socket_.receive(protocol::reply_bytes_max, deadline_in(timeout_ms_));
    if (!frame) {
      socket_.close();
      return std::move(frame).error();
    }
    TRY_OK(expect(MessageType::event, *frame));
    return protocol::decode_event(*frame);
  }

 private:
  FrameSocket socket_;
  const int timeout_ms_;
};

class RemoteTree : public Tree {
 public:
  RemoteTree(std::string path, int timeout_ms, Connection connection)
      : path_(std::move(path)),
        timeout_ms_(timeout_ms),
        connection_(std::move(connection)),
        transactional_(connection_.transactional) {}

  BatchResult batch(std::span<const Operation> operations) override {
    auto result = run_batch(operations);
    if (result) return *std::move(result);
    BatchResult failed;
    failed.failure = std::make_unique<BatchFailure>(BatchFailure{0, std::move(result).error()});
    return failed;
  }

  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override {
    const std::string reply = TRY(ask(protocol::encode_tree_request(path, filter)));
    TRY_OK(expect(MessageType::tree_reply, reply));
    return protocol::decode_tree_reply(reply);
  }

  Result<std::unique_ptr<Watch>> watch(std::string_view path) override {
    Connection connection = TRY(open_connection(path_, timeout_ms_));
    const Deadline deadline = deadline_in(timeout_ms_);
    TRY_OK(connection.socket.send(protocol::encode_watch(path), deadline));
    const std::string reply = TRY(connection.socket.receive(protocol::reply_bytes_max, deadline));
    TRY_OK(expect(MessageType::watching, reply));
    return std::unique_ptr<Watch>(std::make_unique<RemoteWatch>(std::move(connection.socket), timeout_ms_));
  }

  [[nodiscard]] bool transactional() const override { return transactional_; }

 private:
  Result<BatchResult> run_batch(std::span<const Operation> operations) {
    const std::string reply = TRY(ask(protocol::encode_batch(operations)));
    TRY_OK(expect(MessageType::batch_reply, reply));
    BatchResult result = TRY(protocol::decode_batch_reply(reply));
    const std::size_t answered = result ? operations.size() : result.answers.size();
    const bool index_fits = result || result.failure->index < operations.size();
    if (result.answers.size() != answered || answered > operations.size() || !index_fits)
      return Error{EPROTO, "the server answered another batch than was asked", {}};
    return result;
  }

  Result<std::string> ask(const std::string& request) {
    if (request.size() > protocol::request_bytes_max)
      return Error{
          EMSGSIZE,
          fmt::format("the request has {} bytes, at most {}", request.size(), protocol::request_bytes_max),
          "split it"};
    const std::lock_guard lock(mutex_);
    // Between requests nothing arrives; what does is the end of a server that was restarted.
    if (!connection_.socket.is_open() || connection_.socket.has_input())
      connection_ = TRY(open_connection(path_, timeout_ms_));
    const Deadline deadline = deadline_in(timeout_ms_);
    auto sent = connection_.socket.send(request, deadline);
    auto reply = sent ? connection_.socket.receive(protocol::reply_bytes_max, deadline)
                      : Result<std::string>(std::move(sent).error());
    if (reply) return reply;
    connection_.socket.close();
    return std::move(reply).error().during("speaking to " + path_);
  }

  const std::string path_;
  const int timeout_ms_;
  std::mutex mutex_;
  Connection connection_;
  const bool transactional_;
};

}  // namespace

Result<std::unique_ptr<Tree>> connect_remote(const std::string& socket_path, int timeout_ms) {
  Connection connection = TRY(open_connection(socket_path, timeout_ms));
  return std::unique_ptr<Tree>(std::make_unique<RemoteTree>(socket_path, timeout_ms, std::move(connection)));
}

}  // namespace lunet::configfs
