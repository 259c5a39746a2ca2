// SPDX-License-Identifier: Apache-2.0
// What applying a plan as one, and applying as much of it as can be, have in common. Only for target/.
#pragma once

#include <string>
#include <vector>

#include "target/target.h"

namespace lunet::target {

/// The error of one operation, with object, verb, path, the errno's text, the likely cause and what to do.
Error explain(const Step& step, const configfs::Operation& operation, Error error);

/// What an undo could not do: sentences, and the objects they are about.
struct Leavings {
  std::string sentences;
  std::vector<std::string> objects;
};
/// Takes back the first `done` operations of a step. Goes on after a failure.
void undo(configfs::Tree& live, const Step& step, std::size_t done, Leavings& leavings);

/// After a call that did not come back: the operation is done whenever the kernel does it, so the object is
/// not as it was whatever the undo says.
void leave_stuck(const Step& step, Leavings& leavings);

/// What the connection to a runtime fails with. A runtime may fail so too: looking again is right then as
/// well.
bool may_be_done(int errnum);

/// Operations of consecutive steps that go to the runtime together: one that does them one by one has many
/// asked for at the price of one.
struct Group {
  std::vector<configfs::Operation> operations;
  std::vector<std::size_t> owners;  ///< by operation: the index of its step
  std::size_t end = 0;              ///< of the steps

  /// Where the operation stands in its step.
  [[nodiscard]] std::size_t index_in_step(std::size_t operation) const;
};
/// From step `first` on, some dozens of operations; at least one step.
Group group_from(const std::vector<Step>& steps, std::size_t first);

}  // namespace lunet::target
