// SPDX-License-Identifier: Apache-2.0
// Any frame of the socket protocol: refused, or decoded to what encodes to a frame that means the same, in
// memory that is in proportion to it. Then the same bytes as a client's stream to a server of a small tree,
// which answers in whole frames and comes to an end.
#include "configfs/protocol.h"

#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "configfs/client_session.h"
#include "configfs/model/memory_tree.h"
#include "input.h"
#include "memory.h"

namespace lunet::configfs::protocol {
namespace {

using fuzz::require;

// An element takes a byte or three of a frame and 72 of memory, and a vector that grows has room for twice as
// many.
constexpr std::size_t memory_per_byte = 256;
constexpr std::size_t memory_base = 64U << 10U;

bool same(const Error& a, const Error& b) {
  return a.errnum == b.errnum && a.message == b.message && a.hint == b.hint;
}
bool same(const Hello& a, const Hello& b) {
  return a.version == b.version && a.transactional == b.transactional;
}
bool same(const Operation& a, const Operation& b) {
  return a.verb == b.verb && a.path == b.path && a.text == b.text;
}
bool same(const TreeRequest& a, const TreeRequest& b) {
  return a.path == b.path && a.filter.state == b.filter.state && a.filter.counters == b.filter.counters &&
         a.filter.secrets == b.filter.secrets && a.filter.depth == b.filter.depth &&
         a.filter.files == b.filter.files && a.filter.leaf == b.filter.leaf;
}
bool same(const std::string& a, const std::string& b) {
  return a == b;
}
bool same(const Event& a, const Event& b) {
  return a.verb == b.verb && a.path == b.path;
}
bool same(const Entry& a, const Entry& b) {
  return a.name == b.name && a.kind == b.kind && a.mode == b.mode && a.link_target == b.link_target;
}
bool same(const Answer& a, const Answer& b);
bool same(const Node& a, const Node& b);
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return same(x, y); });
}
bool same(const Answer& a, const Answer& b) {
  return a.text == b.text && same(a.entries, b.entries);
}
bool same(const Node& a, const Node& b) {
  return same(a.entry, b.entry) && a.text == b.text && a.errnum == b.errnum && same(a.nodes, b.nodes);
}
bool same(const BatchResult& a, const BatchResult& b) {
  if (!same(a.answers, b.answers) || (a.failure == nullptr) != (b.failure == nullptr)) return false;
  return a.failure == nullptr ||
         (a.failure->index == b.failure->index && same(a.failure->error, b.failure->error));
}

/// True when the frame decodes.
template <class Decode, class Encode>
bool check_message(std::string_view frame, const Decode& decode, const Encode& encode) {
  const fuzz::MemoryMeter meter;
  const auto message = decode(frame);
  require(meter.peak() <= memory_base + memory_per_byte * frame.size(),
          "memory is in proportion to the frame");
  if (!message) return false;
  const std::string encoded = encode(*message);
  require(encoded.size() <= frame.size(), "nothing is shorter than what we encode");
  const auto again = decode(encoded);
  require(again && same(*again, *message), "encode and decode is the identity");
  return true;
}

std::optional<Error> decoded_error(std::string_view frame) {
  Error error = decode_error(frame);
  // What says EPROTO may be either: the error of the frame, or that there is none in it.
  if (error.errnum == EPROTO) return std::nullopt;
  return error;
}

int decodings(std::string_view frame) {
  const auto hello = [frame](MessageType type) {
    return check_message(
        frame, [type](std::string_view f) { return decode_hello(type, f); },
        [type](const Hello& h) { return encode_hello(type, h); });
  };
  const auto encode_tree = [](const TreeRequest& r) { return encode_tree_request(r.path, r.filter); };
  const auto encode_node = [](const Node& node) { return encode_tree_reply(node); };
  int good = 0;
  good += hello(MessageType::hello) ? 1 : 0;
  good += hello(MessageType::hello_reply) ? 1 : 0;
  good += check_message(frame, decode_batch, [](const auto& o) { return encode_batch(o); }) ? 1 : 0;
  good += check_message(frame, decode_tree_request, encode_tree) ? 1 : 0;
  good += check_message(frame, decode_watch, encode_watch) ? 1 : 0;
  good += check_message(frame, decoded_error, encode_error) ? 1 : 0;
  good += check_message(frame, decode_batch_reply, encode_batch_reply) ? 1 : 0;
  good += check_message(frame, decode_tree_reply, encode_node) ? 1 : 0;
  good += check_message(frame, decode_event, encode_event) ? 1 : 0;
  return good;
}

/// Says once that something happened, and then that the watch is over, so that no run waits.
class ShortWatch final : public Watch {
 public:
  Result<Event> next(int /*timeout_ms*/) override {
    if (std::exchange(over_, true)) return Error{ECANCELED, "over", {}};
    return Event{Verb::write, "core"};
  }

 private:
  bool over_ = false;
};

class ShortWatches final : public Tree {
 public:
  BatchResult batch(std::span<const Operation> operations) override { return tree_->batch(operations); }
  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override {
    return tree_->read_tree(path, filter);
  }
  Result<> visit_tree(std::string_view path, const ReadFilter& filter, NodeSink& sink) override {
    return tree_->visit_tree(path, filter, sink);
  }
  Result<std::unique_ptr<Watch>> watch(std::string_view path) override {
    if (path == "none") return Error{ENOENT, "no such path", {}};
    return std::unique_ptr<Watch>(std::make_unique<ShortWatch>());
  }
  [[nodiscard]] bool transactional() const override { return tree_->transactional(); }

 private:
  std::unique_ptr<Tree> tree_ = make_memory_tree(Flavour::lunetd);
};

void check_answers(int fd) {
  FrameSocket socket{Fd(fd)};
  for (bool first = true;; first = false) {
    const auto frame = socket.receive(reply_bytes_max, deadline_in(1000));
    if (!frame) {
      require(frame.error().errnum == ECONNRESET, "the server answers in whole frames and ends");
      return;
    }
    const auto type = type_of(*frame);
    require(type && *type >= MessageType::hello_reply, "an answer is of a type of answers");
    require(!first || *type == MessageType::hello_reply || *type == MessageType::error,
            "the first answer is that to the hello");
    require(*type == MessageType::watching || *type == MessageType::error || decodings(*frame) == 1,
            "an answer decodes");
    require(*type != MessageType::error || encode_error(decode_error(*frame)) == *frame, "an error decodes");
  }
}

/// `stream`: what a client sends before it ends.
void serve(std::string_view stream) {
  constexpr int room = 4 << 20;
  int ends[2];
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "there are sockets");
  for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  require(::send(ends[1], stream.data(), stream.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(stream.size()),
          "the whole stream fits into the socket");
  ::shutdown(ends[1], SHUT_WR);
  {
    ShortWatches tree;
    SharedMemory memory(64U << 20U);
    ServerOptions options;
    options.message_timeout_ms = 1000;
    ClientSession(tree, options, memory, FrameSocket(Fd(ends[0]))).run();
  }
  check_answers(ends[1]);
}

/// The frames as a client sends them, after a hello when `greeted`.
std::string stream_of(fuzz::Input& input, bool greeted) {
  std::string stream;
  const auto append = [&stream](std::string_view frame) {
    std::uint8_t length[4];
    store_be32(length, static_cast<std::uint32_t>(frame.size()));
    stream.append(as_text(length)).append(frame);
  };
  if (greeted) append(encode_hello(MessageType::hello, {}));
  constexpr int requests_max = 8;  // so that all answers fit into the socket
  for (int i = 0; i < requests_max && !input.empty(); ++i) {
    const std::size_t size = input.number();
    append(as_text(input.take(size)));
  }
  return stream;
}

}  // namespace
}  // namespace lunet::configfs::protocol

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace lunet::configfs::protocol;
  lunet::fuzz::Input input(data, size);
  const std::uint8_t kind = input.byte() % 4;
  if (kind <= 1) {
    // A copy of its own, so that the sanitizer sees any byte read beyond it.
    const std::vector<char> frame(data + std::min<std::size_t>(size, 1), data + size);
    decodings({frame.data(), frame.size()});
  } else if (kind == 2) {
    serve(stream_of(input, true));
  } else {
    serve(lunet::as_text(input.take(size)));
  }
  return 0;
}
