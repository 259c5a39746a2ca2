// SPDX-License-Identifier: Apache-2.0
// Objects that are recorded and do not run, with what stands on them (rulings 5, 15): pending while their
// file, device or address is missing, degraded when the runtime refused them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/tree.h"
#include "store/store.h"

namespace lunet::service {

/// Why the disk's file or device cannot be had; "" when it can, or when only the runtime can tell.
std::string pending_reason(const config::Object& disk);

/// The leftovers' objects in `tree`, and what stands on them.
std::set<config::Path> absent_in(const config::Tree& tree, const std::vector<store::Leftover>& leftovers);
/// The tree without these objects and all below them.
config::Tree without(const config::Tree& tree, const std::set<config::Path>& objects);

}  // namespace lunet::service
