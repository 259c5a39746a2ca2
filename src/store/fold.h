// SPDX-License-Identifier: Apache-2.0
// A journal that has outgrown its snapshot is folded: the configuration becomes the new snapshot, the old
// pair is kept under its generation's number until it is old enough to go.
#pragma once

#include <string>

#include "base/result.h"
#include "store/reader.h"
#include "store/store.h"

namespace lunet::store {

/// The caller holds the lock; `state` is the newest one and knows the new files afterwards. Wherever this is
/// interrupted, the folder reads as before.
Result<> fold(const std::string& folder, const Reader& reader, State& state, const Options& options);

}  // namespace lunet::store
