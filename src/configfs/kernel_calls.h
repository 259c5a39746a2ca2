// SPDX-License-Identifier: Apache-2.0
// Who wants to know which call into the kernel is under way, and which must not be made.
#pragma once

#include <cstddef>
#include <string_view>

#include "configfs/tree.h"

namespace lunet::configfs {

class CallGuard {
 public:
  virtual ~CallGuard() = default;
  /// Before a system call on `path` (of the tree). False: the call must not be made, an earlier one on that
  /// object has not come back. `index` is that of the operation in its batch.
  virtual bool enter(Verb verb, std::string_view path, std::size_t index) = 0;
};

/// What a call answers that did not come back, or (reading) is not made because another did not. In what
/// read_tree() gives, a directory that cannot be listed has as text the name of what is made or removed in
/// it.
inline constexpr int stuck_errnum = EINPROGRESS;
/// What a change answers that was not tried, because an earlier call on its object did not come back.
inline constexpr int not_tried_errnum = EALREADY;

}  // namespace lunet::configfs
