// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engine/reactor/reactor.h"

namespace lunet::reactor {

enum class UringMode {
  single_issuer,  ///< completions are processed only when the loop asks for them (Linux 6.1)
  plain,          ///< what every io_uring can do (Linux 5.11)
};

/// In exactly this mode: EINVAL when the kernel does not know it. make_uring_reactor() takes the best there
/// is.
Result<std::unique_ptr<Reactor>> make_uring_reactor(UringMode mode);

}  // namespace lunet::reactor
