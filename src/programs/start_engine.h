// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "engine/dataplane/engine.h"

namespace lunet::programs {

enum class IoEngine { automatic, io_uring, epoll };

/// Starts the data plane on `engine`. automatic: io_uring, or, where the system lacks or forbids it, epoll,
/// and the log says why.
Result<std::unique_ptr<dataplane::Engine>> start_engine(IoEngine engine, dataplane::EngineOptions options);

}  // namespace lunet::programs
