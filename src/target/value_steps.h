// SPDX-License-Identifier: Apache-2.0
// Changing values of an object in place: which files are written, what takes it back.
#pragma once

#include <vector>

#include "base/result.h"
#include "config/classify.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "target/target.h"

namespace lunet::target {

/// One object that changes.
struct InPlace {
  const config::Path& path;
  std::string directory;
  const config::Object& before;
  const config::Object& after;
  const std::vector<config::ValueChange>& values;
};

/// Adds to `step` the writes for the values that are files; `enable` and a disk's port groups are not among
/// them. Looks in the live tree what the files read now, for the way back.
Result<> add_value_changes(Step& step, std::vector<Rewrite>& rewrites, configfs::Tree& live,
                           const InPlace& object);
/// The same for the values of port groups that stay what they are.
Result<> add_port_group_changes(Step& step, std::vector<Rewrite>& rewrites, configfs::Tree& live,
                                const InPlace& object);

}  // namespace lunet::target
