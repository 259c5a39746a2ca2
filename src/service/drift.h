// SPDX-License-Identifier: Apache-2.0
// Where what runs is not what a generation says (ruling 1). An edit looks at the objects it touches only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "service/service.h"

namespace lunet::service {

/// ESTALE "drift on X" when an object that leads from `base` to `candidate` is not there, is there already,
/// has others below it, or holds another value than `base` says. `generation` is the number of `base`.
Result<> check_touched(configfs::Tree& live, const config::Tree& base, const config::Tree& candidate,
                       std::uint64_t generation);

/// What differs from `recorded`, as drift or foreign; `running` is target::comparable() of the live tree.
std::vector<Difference> describe_drift(const config::Tree& recorded, const config::Tree& running,
                                       std::uint64_t generation);

/// True when one of the two is the other or above it.
bool touches(const config::Path& a, const config::Path& b);

}  // namespace lunet::service
