// SPDX-License-Identifier: Apache-2.0
// tcmu-runner's handlers on the system's message bus: org.kernel.TCMUService1. Without a bus, or without the
// service on it, there are none, and that is no error.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "service/user_handlers.h"

struct sd_bus;

namespace lunet::programs {

class TcmuBus : public service::UserHandlers {
 public:
  TcmuBus() = default;

  Result<std::vector<service::UserHandler>> list() override;
  Result<> check(const std::string& handler, const std::string& config) override;
  Result<> change_medium(const std::string& handler, const std::string& disk, std::uint64_t size_bytes,
                         const std::string& config) override;

 private:
  struct Close {
    void operator()(sd_bus* bus) const;
  };
  /// Null: there is no bus. Opened again when it was lost, for a shell stays longer than a bus.
  sd_bus* bus();
  std::unique_ptr<sd_bus, Close> bus_;
};

}  // namespace lunet::programs
