// SPDX-License-Identifier: Apache-2.0
// One mutating operation on the model: the checks that hold for every row of the table, in the kernel's
// order.
#pragma once

#include <optional>

#include "configfs/model/effects.h"
#include "configfs/model/transaction.h"
#include "configfs/tree.h"

namespace lunet::configfs {

/// Does it in the transaction. Nothing: it was allowed but changed nothing. An error's message is the reason
/// only, and what was done of the operation then is still to be rolled back.
Result<std::optional<Change>> change_model(Transaction& transaction, const Operation& operation);

}  // namespace lunet::configfs
