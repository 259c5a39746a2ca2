// SPDX-License-Identifier: Apache-2.0
// Old secrets leave the history (ruling 11). Needs the store only.
#pragma once

#include <string>

#include "base/result.h"
#include "service/service.h"
#include "store/store.h"

namespace lunet::service {

/// Erases from the generations in `folder`, which is the store's, each secret that is not that of the newest
/// one at the same place. ~keep~ takes its place, so that going back never opens what was closed.
Result<Report> forget_secrets(store::Store& store, const std::string& folder, const std::string& command);

}  // namespace lunet::service
