// SPDX-License-Identifier: Apache-2.0
// The file that says when a runtime was what is recorded. Who finds that the runtime has the same revision
// still, and the store the same generation, need not compare them. Written without a sync: a runtime whose
// changes a crash may have taken away has another revision.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace lunet::store {

Result<> write_in_sync(const std::string& folder, const InSync& in_sync);
/// Nothing: it is not known. Damage counts as that.
std::optional<InSync> read_in_sync(const std::string& folder);

}  // namespace lunet::store
