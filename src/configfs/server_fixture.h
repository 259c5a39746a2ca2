// SPDX-License-Identifier: Apache-2.0
// A folder served on a socket, for the tests of the server's parts.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "configfs/frame_socket.h"
#include "configfs/kernel_tree.h"
#include "configfs/protocol.h"
#include "configfs/remote_tree.h"
#include "configfs/server.h"
#include "configfs/unix_socket.h"
#include "tests/support/scratch_dir.h"

namespace lunet::configfs {

namespace fs = std::filesystem;
using protocol::MessageType;

inline constexpr int patience_ms = 60000;

class ServerTest : public testing::Test {
 protected:
  ServerTest() : tree_(dir_ / "root") {
    fs::create_directories(dir_ / "root/iscsi/auth");
    std::ofstream(dir_ / "root/iscsi/auth/password") << "secret\n";
    std::ofstream(dir_ / "root/iscsi/version") << "1\n";
    options_.socket_path = dir_ / "socket";
  }
  void serve() {
    auto server = Server::listen(options_, tree_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  [[nodiscard]] std::unique_ptr<Tree> connect() const {
    auto tree = connect_remote(options_.socket_path, patience_ms);
    EXPECT_TRUE(tree) << tree.error().message;
    return tree ? *std::move(tree) : nullptr;
  }
  /// A connection that speaks bytes, not the protocol.
  [[nodiscard]] FrameSocket raw() const {
    auto fd = connect_unix(options_.socket_path);
    EXPECT_TRUE(fd) << fd.error().message;
    return FrameSocket(*std::move(fd));
  }
  [[nodiscard]] FrameSocket greeted() const {
    FrameSocket socket = raw();
    EXPECT_TRUE(socket.send(protocol::encode_hello(MessageType::hello, {}), deadline_in(patience_ms)));
    EXPECT_TRUE(socket.receive(1000, deadline_in(patience_ms)));
    return socket;
  }

  test::ScratchDir dir_;
  KernelTree tree_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

inline void send_bytes(const FrameSocket& socket, std::string_view bytes) {
  EXPECT_EQ(::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

/// The error that the server sends before it closes.
inline int refusal(FrameSocket& socket) {
  const auto frame = socket.receive(protocol::reply_bytes_max, deadline_in(patience_ms));
  if (!frame) return frame.error().errnum;
  const int errnum = protocol::decode_error(*frame).errnum;
  const auto end = socket.receive(protocol::reply_bytes_max, deadline_in(patience_ms));
  EXPECT_FALSE(end);
  return errnum;
}

}  // namespace lunet::configfs
