// SPDX-License-Identifier: Apache-2.0
// What the last restore could not make run, and why: `status` tells it later, and an edit knows that what it
// changes does not run. Not durable: the next restore finds out again.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace lunet::store {

Result<> write_leftovers(const std::string& folder, const std::vector<Leftover>& leftovers);
/// Damage counts as none.
Result<std::vector<Leftover>> read_leftovers(const std::string& folder);

}  // namespace lunet::store
