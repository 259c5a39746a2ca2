// SPDX-License-Identifier: Apache-2.0
// A portal's listening socket (ruling 25).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/fd.h"
#include "engine/dataplane/address.h"
#include "engine/dataplane/worker.h"

namespace lunet::dataplane {

/// Binds and listens; connections queue in the kernel until start(). An address no interface has yet is fine
/// (IP_FREEBIND). EINVAL, as LIO answers, when the port is taken or cannot be bound; the message has the
/// reason.
class Listener final : public reactor::Operation, public std::enable_shared_from_this<Listener> {
 public:
  static Result<std::shared_ptr<Listener>> open(const std::string& portal);

  using Accepted = std::function<void(Fd socket, const std::string& portal)>;
  /// Accepts on the worker's thread from now on. Once.
  void start(Worker& worker, Accepted accepted);
  /// From any thread; the socket closes soon after.
  void stop();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] bool started() const { return worker_ != nullptr; }

 private:
  Listener(std::string portal, Fd socket, std::uint16_t port)
      : portal_(std::move(portal)), socket_(std::move(socket)), port_(port) {}
  void done(int result) override;

  const std::string portal_;
  Fd socket_;
  const std::uint16_t port_;
  Worker* worker_ = nullptr;
  Accepted accepted_;
  bool stopping_ = false;
  std::shared_ptr<Listener> self_;  // while an accept is under way
};

}  // namespace lunet::dataplane
