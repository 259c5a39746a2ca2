// SPDX-License-Identifier: Apache-2.0
#include "configfs/protocol.h"

#include <algorithm>
#include <string>
#include <utility>

namespace lunet::configfs::protocol {
namespace {

constexpr std::string_view magic = "LUNETCFS";
constexpr int node_depth_max = 64;
constexpr std::uint64_t filter_files_max = 256;

class Encoder {
 public:
  explicit Encoder(MessageType type) { bytes_.push_back(static_cast<char>(type)); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_.push_back(static_cast<char>(value | 0x80U));
    bytes_.push_back(static_cast<char>(value));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads until something is wrong; from then on everything is 0 and empty, and ok() is false.
class Decoder {
 public:
  Decoder(MessageType type, std::string_view frame) : left_(frame) {
    if (type_of(frame) == type) {
      left_.remove_prefix(1);
    } else {
      fail();
    }
  }
  [[nodiscard]] bool ok() const { return ok_; }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    fail();
    return 0;
  }
  /// A number that must not be above `max`.
  std::uint64_t number_to(std::uint64_t max) {
    const std::uint64_t value = number();
    if (value <= max) return value;
    fail();
    return 0;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > left_.size()) fail();
    if (!ok_) return {};
    std::string value(left_.substr(0, size));
    left_.remove_prefix(size);
    return value;
  }
  /// How many elements follow; each takes at least one byte, so that a lie costs nothing.
  std::size_t count() { return number_to(left_.size()); }
  [[nodiscard]] std::size_t left() const { return left_.size(); }
  void fail() {
    ok_ = false;
    left_ = {};
  }
  [[nodiscard]] bool finished() const { return ok_ && left_.empty(); }

 private:
  std::string_view left_;
  bool ok_ = true;
};

template <class T>
Result<T> finish(const Decoder& decoder, T value) {
  if (!decoder.finished()) return Error{EPROTO, "a message on the socket is malformed", {}};
  return value;
}

void put(Encoder& encoder, const Error& error) {
  encoder.number(static_cast<std::uint64_t>(error.errnum));
  encoder.text(error.message);
  encoder.text(error.hint);
}

Error get_error(Decoder& decoder) {
  Error error;
  error.errnum = static_cast<int>(decoder.number_to(4095));
  if (error.errnum == 0) decoder.fail();
  error.message = decoder.text();
  error.hint = decoder.text();
  return error;
}

void put(Encoder& encoder, const Entry& entry) {
  encoder.text(entry.name);
  encoder.number(static_cast<std::uint64_t>(entry.kind));
  encoder.number(entry.mode);
  if (entry.kind == EntryKind::link) encoder.text(entry.link_target);
}

Entry get_entry(Decoder& decoder) {
  Entry entry;
  entry.name = decoder.text();
  entry.kind = static_cast<EntryKind>(decoder.number_to(static_cast<std::uint64_t>(EntryKind::link)));
  entry.mode = static_cast<std::uint16_t>(decoder.number_to(0xffff));
  if (entry.kind == EntryKind::link) entry.link_target = decoder.text();
  return entry;
}

class NodeEncoder : public NodeSink {
 public:
  void add(const NodeView& node) override {
    encoder_.text(node.name);
    encoder_.number(static_cast<std::uint64_t>(node.kind));
    encoder_.number(node.mode);
    if (node.kind == EntryKind::link) encoder_.text(node.link_target);
    encoder_.number(static_cast<std::uint64_t>(node.errnum));
    encoder_.text(node.text);
    if (node.kind == EntryKind::directory) encoder_.number(node.nodes);
  }
  std::string take() { return encoder_.take(); }

 private:
  Encoder encoder_{MessageType::tree_reply};
};

/// What an entry takes at least: an empty name and text, and three numbers.
constexpr std::size_t node_bytes_min = 5;

/// `owed`: entries that have to follow those of this one, for the directories around it.
void get_node(Decoder& decoder, Node& node, int depth, std::size_t owed) {
  node.entry = get_entry(decoder);
  node.errnum = static_cast<int>(decoder.number_to(4095));
  node.text = decoder.text();
  if (node.entry.kind != EntryKind::directory) return;
  if (depth == node_depth_max) return decoder.fail();
  // Memory grows with what has arrived: each directory may claim only what no directory around it has
  // claimed.
  const std::size_t room = decoder.left() / node_bytes_min;
  const std::size_t count = decoder.number_to(room - std::min(room, owed));
  node.nodes.reserve(count);
  for (std::size_t i = 0; i < count && decoder.ok(); ++i)
    get_node(decoder, node.nodes.emplace_back(), depth + 1, owed + count - i - 1);
}

Verb get_verb(Decoder& decoder) {
  return static_cast<Verb>(decoder.number_to(static_cast<std::uint64_t>(Verb::unlink)));
}

constexpr unsigned state_bit = 1;
constexpr unsigned counters_bit = 2;
constexpr unsigned secrets_bit = 4;

}  // namespace

std::optional<MessageType> type_of(std::string_view frame) {
  if (frame.empty()) return std::nullopt;
  const auto type = static_cast<MessageType>(static_cast<std::uint8_t>(frame.front()));
  const bool request = type >= MessageType::hello && type <= MessageType::watch;
  const bool reply = type >= MessageType::hello_reply && type <= MessageType::event;
  return request || reply ? std::optional(type) : std::nullopt;
}

std::string encode_hello(MessageType type, const Hello& hello) {
  Encoder encoder(type);
  encoder.text(magic);
  encoder.number(hello.version);
  encoder.number(hello.transactional ? 1 : 0);
  return encoder.take();
}

Result<Hello> decode_hello(MessageType type, std::string_view frame) {
  Decoder decoder(type, frame);
  if (decoder.text() != magic) decoder.fail();
  Hello hello;
  hello.version = decoder.number();
  hello.transactional = decoder.number_to(1) == 1;
  return finish(decoder, hello);
}

std::string encode_batch(std::span<const Operation> operations) {
  Encoder encoder(MessageType::batch);
  encoder.number(operations.size());
  for (const Operation& operation : operations) {
    encoder.number(static_cast<std::uint64_t>(operation.verb));
    encoder.text(operation.path);
    encoder.text(operation.text);
  }
  return encoder.take();
}

Result<std::vector<Operation>> decode_batch(std::string_view frame) {
  Decoder decoder(MessageType::batch, frame);
  std::vector<Operation> operations;
  const std::size_t count = decoder.count();
  if (count > operations_max)
    return Error{
        EMSGSIZE,
        "a batch of " + std::to_string(count) + " operations, at most " + std::to_string(operations_max),
        {}};
  operations.reserve(count);
  for (std::size_t i = 0; i < count && decoder.ok(); ++i) {
    Operation& operation = operations.emplace_back();
    operation.verb = get_verb(decoder);
    operation.path = decoder.text();
    operation.text = decoder.text();
  }
  return finish(decoder, std::move(operations));
}

std::string encode_tree_request(std::string_view path, const ReadFilter& filter) {
  Encoder encoder(MessageType::read_tree);
  encoder.text(path);
  encoder.number((filter.state ? state_bit : 0U) | (filter.counters ? counters_bit : 0U) |
                 (filter.secrets ? secrets_bit : 0U));
  encoder.number(filter.depth < 0 ? 0 : static_cast<std::uint64_t>(filter.depth) + 1);
  encoder.number(filter.files.size());
  for (const std::string& file : filter.files) encoder.text(file);
  encoder.text(filter.leaf);
  return encoder.take();
}

Result<TreeRequest> decode_tree_request(std::string_view frame) {
  Decoder decoder(MessageType::read_tree, frame);
  TreeRequest request;
  request.path = decoder.text();
  const std::uint64_t bits = decoder.number_to(state_bit | counters_bit | secrets_bit);
  request.filter.state = (bits & state_bit) != 0;
  request.filter.counters = (bits & counters_bit) != 0;
  request.filter.secrets = (bits & secrets_bit) != 0;
  request.filter.depth = static_cast<int>(decoder.number_to(1U << 20U)) - 1;
  const std::uint64_t files = decoder.number_to(filter_files_max);
  for (std::uint64_t i = 0; i < files && decoder.ok(); ++i) request.filter.files.push_back(decoder.text());
  request.filter.leaf = decoder.text();
  return finish(decoder, std::move(request));
}

std::string encode_watch(std::string_view path) {
  Encoder encoder(MessageType::watch);
  encoder.text(path);
  return encoder.take();
}

Result<std::string> decode_watch(std::string_view frame) {
  Decoder decoder(MessageType::watch, frame);
  std::string path = decoder.text();
  return finish(decoder, std::move(path));
}

std::string encode_error(const Error& error) {
  Encoder encoder(MessageType::error);
  put(encoder, error);
  return encoder.take();
}

Error decode_error(std::string_view frame) {
  Decoder decoder(MessageType::error, frame);
  Error error = get_error(decoder);
  if (!decoder.finished()) error = {EPROTO, "a message on the socket is malformed", {}};
  return error;
}

std::string encode_batch_reply(const BatchResult& result) {
  Encoder encoder(MessageType::batch_reply);
  encoder.number(result.answers.size());
  for (const Answer& answer : result.answers) {
    encoder.text(answer.text);
    encoder.number(answer.entries.size());
    for (const Entry& entry : answer.entries) put(encoder, entry);
  }
  encoder.number(result.failure != nullptr ? 1 : 0);
  if (result.failure != nullptr) {
    encoder.number(result.failure->index);
    put(encoder, result.failure->error);
  }
  return encoder.take();
}

Result<BatchResult> decode_batch_reply(std::string_view frame) {
  Decoder decoder(MessageType::batch_reply, frame);
  BatchResult result;
  const std::size_t count = decoder.count();
  for (std::size_t i = 0; i < count && decoder.ok(); ++i) {
    Answer& answer = result.answers.emplace_back();
    answer.text = decoder.text();
    const std::size_t entries = decoder.count();
    for (std::size_t j = 0; j < entries && decoder.ok(); ++j) answer.entries.push_back(get_entry(decoder));
  }
  if (decoder.number_to(1) == 1) {
    result.failure = std::make_unique<BatchFailure>();
    result.failure->index = decoder.number();
    result.failure->error = get_error(decoder);
  }
  return finish(decoder, std::move(result));
}

std::string encode_tree_reply(const Node& node) {
  NodeEncoder encoder;
  hand_over(node, encoder);
  return encoder.take();
}

Result<std::string> encode_tree_reply(const std::function<Result<>(NodeSink&)>& visit) {
  NodeEncoder encoder;
  TRY_OK(visit(encoder));
  return encoder.take();
}

Result<Node> decode_tree_reply(std::string_view frame) {
  Decoder decoder(MessageType::tree_reply, frame);
  Node node;
  get_node(decoder, node, 0, 0);
  return finish(decoder, std::move(node));
}

std::string encode_watching() {
  return Encoder(MessageType::watching).take();
}

std::string encode_event(const Event& event) {
  Encoder encoder(MessageType::event);
  encoder.number(static_cast<std::uint64_t>(event.verb));
  encoder.text(event.path);
  return encoder.take();
}

Result<Event> decode_event(std::string_view frame) {
  Decoder decoder(MessageType::event, frame);
  Event event;
  event.verb = get_verb(decoder);
  event.path = decoder.text();
  return finish(decoder, std::move(event));
}

}  // namespace lunet::configfs::protocol
