// SPDX-License-Identifier: Apache-2.0
// Erasing something from generations that are kept, such as old secrets.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "config/tree.h"

namespace lunet::store {

/// Calls `change` for each kept generation's configuration and records what it makes of it in that one's
/// place; number, time, who and why stay. It must leave the newest one as it is and say of the same
/// configuration always the same. Each file is replaced whole: a kill leaves generations with and without the
/// change, and doing it again does the rest. The caller holds the lock, and no intent is open. Returns how
/// many generations were changed.
Result<std::size_t> rewrite_history(const std::string& folder,
                                    const std::function<bool(config::Tree&)>& change);

}  // namespace lunet::store
