// SPDX-License-Identifier: Apache-2.0
#include "configfs/client_session.h"

#include <fmt/core.h>
#include <unistd.h>

#include "configfs/file_class.h"
#include "configfs/path.h"
#include "configfs/protocol.h"
#include "configfs/unix_socket.h"

namespace lunet::configfs {
namespace {

using protocol::MessageType;

constexpr int watch_poll_ms = 100;  // how soon a watch notices that its client left or the server stops

void hide_secrets(Node& node, const std::string& path) {
  for (Node& child : node.nodes) {
    const std::string child_path = join_path(path, child.entry.name);
    if (child.entry.kind == EntryKind::directory) {
      hide_secrets(child, child_path);
    } else if (child.entry.kind == EntryKind::file && is_secret(child_path)) {
      child.text.clear();
      child.errnum = EPERM;
    }
  }
}

/// About what it takes in memory.
std::size_t size_of(const BatchResult& result) {
  std::size_t bytes = result.answers.size() * sizeof(Answer);
  for (const Answer& answer : result.answers) {
    bytes += answer.text.size();
    for (const Entry& entry : answer.entries)
      bytes += sizeof(Entry) + entry.name.size() + entry.link_target.size();
  }
  return bytes;
}

Error busy() {
  return {EAGAIN, "too many large messages are under way", "try again later"};
}

Error secret_error(Verb verb, std::string_view path) {
  return tree_error(verb, path, EPERM, "secrets are for root and the owner of the server");
}

}  // namespace

void ClientSession::refuse(const Error& error) {
  (void)socket_.send(protocol::encode_error(error), deadline_in(options_.message_timeout_ms));
}

Result<> ClientSession::admit() {
  const Peer peer = TRY(peer_of(socket_.fd()));
  may_see_secrets_ = peer.uid == 0 || peer.uid == ::geteuid();
  if (may_see_secrets_ || (options_.group && is_in_group(socket_.fd(), peer, *options_.group))) return {};
  return Error{EPERM, fmt::format("user {} may not use this server", peer.uid),
               "become root or the owner of the server, or join the group that it allows"};
}

Result<> ClientSession::greet() {
  const std::string frame =
      TRY(socket_.receive(protocol::hello_bytes_max, deadline_in(options_.message_timeout_ms)));
  const protocol::Hello hello = TRY(protocol::decode_hello(MessageType::hello, frame));
  if (hello.version != protocol::version)
    return Error{EPROTO,
                 fmt::format("version {} of the protocol is not spoken here, only {}", hello.version,
                             protocol::version),
                 "use programs of one release"};
  return socket_.send(
      protocol::encode_hello(MessageType::hello_reply, {protocol::version, tree_.transactional()}),
      deadline_in(options_.message_timeout_ms));
}

Result<std::string> ClientSession::answer_batch(std::string_view frame) {
  if (!share_.grow(frame.size())) return protocol::encode_error(busy());
  const std::vector<Operation> operations = TRY(protocol::decode_batch(frame));
  if (!share_.grow(operations.size() * (sizeof(Operation) + sizeof(Answer))))
    return protocol::encode_error(busy());
  for (std::size_t i = 0; i < operations.size() && !may_see_secrets_; ++i) {
    const auto& [verb, path, text] = operations[i];
    if ((verb != Verb::read && verb != Verb::write) || !is_secret(path)) continue;
    BatchResult refused;
    refused.failure = std::make_unique<BatchFailure>(BatchFailure{i, secret_error(verb, path)});
    return protocol::encode_batch_reply(refused);
  }
  const BatchResult result = tree_.batch(operations);
  if (!share_.grow(size_of(result))) return protocol::encode_error(busy());
  return protocol::encode_batch_reply(result);
}

Result<std::string> ClientSession::answer_tree(std::string_view frame) {
  const protocol::TreeRequest request = TRY(protocol::decode_tree_request(frame));
  if (may_see_secrets_) {
    auto reply = protocol::encode_tree_reply(
        [&](NodeSink& sink) { return tree_.visit_tree(request.path, request.filter, sink); });
    return reply ? std::move(reply) : protocol::encode_error(reply.error());
  }
  auto node = tree_.read_tree(request.path, request.filter);
  if (!node) return protocol::encode_error(node.error());
  hide_secrets(*node, request.path);
  return protocol::encode_tree_reply(*node);
}

Result<> ClientSession::reply(const Result<std::string>& answer) {
  const Deadline deadline = deadline_in(options_.message_timeout_ms);
  if (!answer) return answer.error();
  if (!share_.grow(answer->size())) return socket_.send(protocol::encode_error(busy()), deadline);
  if (answer->size() <= protocol::reply_bytes_max) return socket_.send(*answer, deadline);
  const Error too_big{
      EFBIG, fmt::format("the answer has {} bytes, at most {}", answer->size(), protocol::reply_bytes_max),
      "read a smaller part of the tree"};
  return socket_.send(protocol::encode_error(too_big), deadline);
}

Result<> ClientSession::serve_watch(std::string_view frame) {
  const std::string path = TRY(protocol::decode_watch(frame));
  auto watch = tree_.watch(path);
  if (!watch) return reply(protocol::encode_error(watch.error()));
  TRY_OK(reply(protocol::encode_watching()));
  for (;;) {
    share_.reset();
    auto event = (*watch)->next(watch_poll_ms);
    if (event) {
      TRY_OK(reply(protocol::encode_event(*event)));
    } else if (event.error().errnum != ETIMEDOUT) {
      TRY_OK(reply(protocol::encode_error(event.error())));
      if (event.error().errnum != EOVERFLOW) return event.error();
    } else {
      // ETIMEDOUT: the client is still there and silent, as it should be.
      const auto input = socket_.wait_readable(deadline_in(0));
      if (input) return Error{ECONNRESET, "the watch was ended", {}};
      if (input.error().errnum != ETIMEDOUT) return input.error();
    }
  }
}

Result<> ClientSession::serve_one() {
  TRY_OK(socket_.wait_readable(no_deadline));
  const std::string frame =
      TRY(socket_.receive(protocol::request_bytes_max, deadline_in(options_.message_timeout_ms), &share_));
  switch (protocol::type_of(frame).value_or(MessageType::error)) {
    case MessageType::batch: return reply(answer_batch(frame));
    case MessageType::read_tree: return reply(answer_tree(frame));
    case MessageType::watch: return serve_watch(frame);
    default: return Error{EPROTO, "not a request", {}};
  }
}

void ClientSession::run() {
  Result<> going = admit();
  if (going) going = greet();
  while (going) {
    going = serve_one();
    share_.reset();
  }
  // Those that the client can do something about; the others mean that nobody listens any more.
  const int errnum = going.error().errnum;
  if (errnum == EPERM || errnum == EPROTO || errnum == EMSGSIZE || errnum == EAGAIN) refuse(going.error());
}

}  // namespace lunet::configfs
