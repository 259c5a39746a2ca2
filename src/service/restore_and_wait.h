// SPDX-License-Identifier: Apache-2.0
// A restore that goes on until everything runs: what is missing is tried again when something came
// (user's pain: storage and addresses that are late at boot).
#pragma once

#include <functional>

#include "base/result.h"
#include "service/service.h"

namespace lunet::service {

struct Patience {
  int limit_ms = 0;  ///< from the first restore on
  /// Told after each restore, so that others need not wait for what is late.
  std::function<void(const Report&)> told;
};

/// The report of the last restore; `lines` has those of all that changed something. When the time is up,
/// left_out of it is not 0. Drift is overwritten by the first restore only, as the scope agrees to; ESTALE:
/// there is drift that came while it waited.
Result<Report> restore_and_wait(Service& service, const Scope& scope, const Patience& patience);

}  // namespace lunet::service
