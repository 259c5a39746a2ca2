// SPDX-License-Identifier: Apache-2.0
// A store from one runtime to the other (ruling 6): the old one gives up what is recorded, the store names
// the new one, the new one serves it. Both claim files, devices and ports, so that they cannot have them at
// the same time. The configuration stays as it is; data files are neither made nor changed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/service.h"

namespace lunet::service {

/// "the kernel's target", "lunetd".
std::string_view title_of(RuntimeKind kind);

/// Both runtimes of a store, as a migration reaches them.
struct MigrationSides {
  /// With `live`, the store and all that an edit has. Where the old runtime does not run: an empty tree.
  Context from;
  bool from_runs = true;
  RuntimeKind to = RuntimeKind::lunetd;
  /// The new one's tree, which answers; it is started when need be. Asked once, before the lock is taken,
  /// since a runtime that starts looks into the store.
  std::function<Result<configfs::Tree*>()> reach;
};

struct MigrationPlan {
  std::uint64_t generation = 0;
  std::size_t moves = 0;              ///< disks and targets that the old runtime gives up
  std::vector<std::string> concerns;  ///< who is cut off, what is lost: needs consent
  std::vector<std::string> notes;
};

/// What migrate() would do; touches and starts nothing. EINVAL: what the new runtime cannot have, each object
/// with its reason and cure. ESTALE: something runs otherwise than it is recorded.
Result<MigrationPlan> plan_migration(const MigrationSides& sides);

/// The same errors, and: EEXIST: the new runtime has something of that name; ESTALE: there is a concern that
/// is not in `agreed` (nothing: all may be). When the new runtime refuses, the old one serves again what is
/// recorded, and the error says so; ENOTRECOVERABLE when it does not.
/// Killed on the way, the store names the runtime that `lunet restore` is to fill: the old one until all was
/// given up, then the new one.
Result<Report> migrate(const MigrationSides& sides,
                       const std::optional<std::vector<std::string>>& agreed = std::nullopt);

}  // namespace lunet::service
