// SPDX-License-Identifier: Apache-2.0
// A session's edits touch what they change and nothing else (ruling 1).
#pragma once

#include "service/service.h"
#include "service/whole.h"

namespace lunet::service {

/// Takes drift out of what is to be done: it stays as it runs, and is noted. ESTALE: the candidate changes an
/// object that runs otherwise than it is recorded.
Result<> leave_drift_elsewhere(const store::Store::Head& head, const Comparison& drift, Prepared& prepared);

}  // namespace lunet::service
