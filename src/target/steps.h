// SPDX-License-Identifier: Apache-2.0
// The operations that make one object, in the order and with the texts of features 4.2.1 and 4.5. Removing an
// object is the undo of making it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "target/target.h"

namespace lunet::target {

/// What making an object depends on besides the object.
struct MakeOptions {
  bool make_hba = true;  ///< disk: the HBA's directory is not there yet
  /// The step will be reversed: an object that cannot be made (half made by somebody, or of a plugin that
  /// this version does not know) can be removed all the same; then it cannot be put back whole.
  bool for_removal = false;
  /// Mapped LUN that is read-only: content of the TPG's prod_mode_write_protect, when the TPG is enabled and
  /// the tree applies each operation by itself. The link is then made under prod_mode_write_protect=1, so
  /// that no initiator may write before `write_protect` is set (ruling 9). "" otherwise.
  std::string prod_mode_write_protect;
  /// Disk: reservations that it had (registrations.h).
  std::vector<std::string> registrations = {};
  // States that it had (kept_states.h).
  std::map<std::string, std::string, std::less<>> access_states = {};  ///< disk: by name of the port group
  bool offline = false;                                                ///< LUN: on its port group
};

/// The step that makes the object at `path` of `tree`, without what is below it. A TPG is left disabled.
Result<Step> make_object(const config::Tree& tree, const config::Path& path, const MakeOptions& options);
/// Adds a part to the step.
void add_part(Step& step, std::vector<configfs::Operation> operations, std::vector<configfs::Operation> undo);
/// EINVAL: the object cannot be made without it.
Error missing_value(const config::Path& path, std::string_view name);
/// Whether the value of a configuration says yes; an unset one does not.
bool is_yes(std::string_view value);
/// The reverse of a step: what it did is undone, its undo does it again.
Step reversed(Step step);

}  // namespace lunet::target
