// SPDX-License-Identifier: Apache-2.0
// What a migration refuses before it touches anything (migrate.h), and what it would give up.
#pragma once

#include <set>

#include "base/result.h"
#include "config/tree.h"
#include "service/migrate.h"
#include "service/verbs.h"
#include "store/store.h"
#include "target/target.h"

namespace lunet::service {

/// EINVAL: what runs on `from`, and cannot run on `to` or would be open to more there.
Result<> check_can_have(const config::Tree& tree, RuntimeKind from, RuntimeKind to);

/// Without values that only the old runtime has. They are its defaults, or they would be mistakes.
config::Tree fitting(const config::Tree& tree, RuntimeKind to);

/// EBUSY: a change waits to be confirmed, or was interrupted.
Result<> check_settled(store::Store& store, const store::Store::Head& head);

/// Everything of ours that runs on the old one, and what it takes to give it up.
struct Given {
  config::Tree runs;
  target::Plan steps;
  MigrationPlan shown;
};

/// ESTALE: drift. EINVAL: something runs whose file, device or address is gone, so that it would not on `to`.
Result<Given> look_at_old(const Editor& old, const store::Store::Head& head, RuntimeKind to);

/// What is recorded and runs.
config::Tree ours_in(const config::Tree& recorded, const config::Tree& running);

/// EEXIST: the new one has something of these names, or a fabric with other values: they would be somebody
/// else's. Gives back the fabrics that have the same values as ours.
Result<std::set<config::Path>> check_new_has_none(const Editor& made, const config::Tree& wanted);

}  // namespace lunet::service
