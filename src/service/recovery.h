// SPDX-License-Identifier: Apache-2.0
// What becomes of a change whose process ended between its intent and its generation (ruling 2): it is
// finished when what runs is its candidate, else undone, object by object, as far as nobody else has changed
// them since.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "store/store.h"

namespace lunet::service {

/// A sentence for the user: what was interrupted and what became of it; nothing when no intent is open at
/// `head`. `head` becomes the new generation when the change was finished. The caller holds the store's lock.
/// After an error the intent is still open.
Result<std::optional<std::string>> recover(configfs::Tree& live, store::Store& store,
                                           store::Store::Head& head);

}  // namespace lunet::service
