// SPDX-License-Identifier: Apache-2.0
// What a change is about to do, durable before its first step (ruling 2): who finds it open finishes or
// undoes it. One file that is overwritten in place; it is open only while its base is the newest generation,
// so that a commit closes it without another write. What is done with an open one: service/recovery.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "store/store.h"

namespace lunet::store {

/// `base` is what the change is made from; the file is `folder`/intent. Durable when it returns.
Result<> write_intent(const std::string& folder, const config::Tree& base, const Intent& intent);
/// The one that is open at `head`, if any. A torn one was never durable, so that no step of it was done:
/// none. EINVAL: a later version's.
Result<std::optional<Intent>> read_intent(const std::string& folder, const Store::Head& head);
/// Durable when it returns. No intent is no error.
Result<> clear_intent(const std::string& folder);

}  // namespace lunet::store
