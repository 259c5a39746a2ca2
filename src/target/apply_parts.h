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

}  // namespace lunet::target
