// SPDX-License-Identifier: Apache-2.0
#include "programs/start_engine.h"

#include <cerrno>

#include "base/log.h"

namespace lunet::programs {

namespace {

/// The system has no io_uring, forbids it, or allows too little memory for it.
bool unavailable(int errnum) {
  return errnum == ENOSYS || errnum == EPERM || errnum == EACCES || errnum == ENOMEM || errnum == EINVAL ||
         errnum == EOPNOTSUPP;
}

}  // namespace

Result<std::unique_ptr<dataplane::Engine>> start_engine(IoEngine engine, dataplane::EngineOptions options) {
  if (engine != IoEngine::epoll) {
    options.make_reactor = reactor::make_uring_reactor;
    auto started = dataplane::Engine::start(options);
    if (started) log::info("I/O engine: io_uring");
    if (started || engine == IoEngine::io_uring || !unavailable(started.error().errnum)) return started;
    log::warning("I/O engine: epoll, as io_uring cannot be used: {}; {}", started.error().message,
                 started.error().hint);
  } else {
    log::info("I/O engine: epoll, as asked for");
  }
  options.make_reactor = reactor::epoll_reactors();
  return dataplane::Engine::start(options);
}

}  // namespace lunet::programs
