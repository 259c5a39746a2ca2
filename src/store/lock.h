// SPDX-License-Identifier: Apache-2.0
// The lock of a store folder: flock on the file `lock`, which says who holds it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace lunet::store {

/// EBUSY names the holder when one has it longer than the patience. The kernel releases it when its process
/// ends.
Result<std::unique_ptr<Lock>> take_lock(const std::string& folder, std::string_view command,
                                        const Patience& patience);

/// How long to sleep between two looks at the lock. Soon again at first; then, among many, who has waited
/// longest looks most often: nobody else decides who comes next.
std::chrono::milliseconds waiter_pause(std::chrono::milliseconds waited);

}  // namespace lunet::store
