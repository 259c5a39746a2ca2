// SPDX-License-Identifier: Apache-2.0
// The contract over a stream socket, as bytes. Neighbours: frame_socket.h moves them, server.h and
// remote_tree.h speak them.
//
// A frame is its length (4 bytes, big-endian, without itself) and that many bytes: one MessageType and its
// body. The client begins with hello, the server answers hello_reply or error. Then each request gets one
// answer, in order:
//   batch -> batch_reply or error      read_tree -> tree_reply or error      watch -> watching or error
// After `watching` the server sends `event` frames, and `error` with EOVERFLOW after events were lost; the
// client sends nothing more and ends the watch by closing. After an error with EPROTO or EMSGSIZE the server
// closes.
//
// In bodies a number is LEB128, a text its length as a number and its bytes, a list its length and its
// elements.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "configfs/tree.h"

namespace lunet::configfs::protocol {

inline constexpr std::uint64_t version = 1;
inline constexpr std::size_t hello_bytes_max = 4096;
inline constexpr std::size_t operations_max = 500'000;  ///< of one batch
inline constexpr std::size_t request_bytes_max = 16U << 20U;
inline constexpr std::size_t reply_bytes_max = 64U << 20U;

enum class MessageType : std::uint8_t {
  hello = 1,
  batch,
  read_tree,
  watch,
  hello_reply = 129,
  error,
  batch_reply,
  tree_reply,
  watching,
  event,
};

struct Hello {
  std::uint64_t version = protocol::version;
  bool transactional = false;  ///< only in the reply
};
struct TreeRequest {
  std::string path;
  ReadFilter filter;
};

std::string encode_hello(MessageType type, const Hello& hello);
std::string encode_batch(std::span<const Operation> operations);
std::string encode_tree_request(std::string_view path, const ReadFilter& filter);
std::string encode_watch(std::string_view path);
std::string encode_error(const Error& error);
std::string encode_batch_reply(const BatchResult& result);
std::string encode_tree_reply(const Node& node);
/// The same of what `visit` hands over; its error is none of the protocol's.
Result<std::string> encode_tree_reply(const std::function<Result<>(NodeSink&)>& visit);
std::string encode_watching();
std::string encode_event(const Event& event);

/// The type of a frame; nothing for an empty one or an unknown type.
std::optional<MessageType> type_of(std::string_view frame);

// Each takes a whole frame; EPROTO unless it is exactly one message of that type.
Result<Hello> decode_hello(MessageType type, std::string_view frame);
Result<std::vector<Operation>> decode_batch(std::string_view frame);
Result<TreeRequest> decode_tree_request(std::string_view frame);
Result<std::string> decode_watch(std::string_view frame);
/// The error that the frame carries, or EPROTO.
Error decode_error(std::string_view frame);
Result<BatchResult> decode_batch_reply(std::string_view frame);
Result<Node> decode_tree_reply(std::string_view frame);
Result<Event> decode_event(std::string_view frame);

}  // namespace lunet::configfs::protocol
