// SPDX-License-Identifier: Apache-2.0
// One client of a Server, from hello to the end; runs on the client's thread.
#pragma once

#include <string>
#include <string_view>

#include "configfs/frame_socket.h"
#include "configfs/server.h"
#include "configfs/tree.h"

namespace lunet::configfs {

class ClientSession {
 public:
  ClientSession(Tree& tree, const ServerOptions& options, SharedMemory& memory, FrameSocket socket)
      : tree_(tree), options_(options), share_(memory), socket_(std::move(socket)) {}

  /// Returns when the client is gone, misbehaves or the server stops.
  void run();
  /// Tells the client why it is not served; best effort.
  void refuse(const Error& error);

 private:
  Result<> admit();
  Result<> greet();
  Result<> serve_one();
  Result<std::string> answer_batch(std::string_view frame);
  Result<std::string> answer_tree(std::string_view frame);
  Result<> serve_watch(std::string_view frame);
  Result<> reply(const Result<std::string>& answer);

  Tree& tree_;
  const ServerOptions& options_;
  MemoryShare share_;  ///< of the request under way and its answer
  FrameSocket socket_;
  bool may_see_secrets_ = false;
};

}  // namespace lunet::configfs
