// SPDX-License-Identifier: Apache-2.0
// Objects that are recorded and do not run, with what stands on them (rulings 5, 15): pending while their
// file, device or address is missing, degraded when the runtime refused them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/tree.h"
#include "service/service.h"
#include "store/store.h"

namespace lunet::service {

/// Why the disk's file or device cannot be had; "" when it can, or when only the runtime can tell.
std::string pending_reason(const config::Object& disk);

/// The objects that stand on something outside of the configuration: disks with a file or device; on the
/// kernel also portals, whose address the host must have (lunetd listens all the same: ruling 25).
std::vector<config::Path> may_be_missing(const config::Tree& tree, RuntimeKind runtime);
/// Why that is missing; "" when it is there, or when only the runtime can tell.
std::string missing_reason(const config::Tree& tree, const config::Path& path);

/// The leftovers' objects in `tree`, and what stands on them.
std::set<config::Path> absent_in(const config::Tree& tree, const std::vector<store::Leftover>& leftovers);
/// The tree without these objects and all below them.
config::Tree without(const config::Tree& tree, const std::set<config::Path>& objects);

}  // namespace lunet::service
