// SPDX-License-Identifier: Apache-2.0
// Policy syntax to kinds; used by Schema::add().
#pragma once

#include "language/policy.h"
#include "schema/kind.h"

namespace lunet::schema {

/// Merges the text's rules into `root`. The error's message shows every mistake; `root` is then of no use.
Result<> build(const language::PolicySyntax& syntax, Kind& root);
/// Gives references the type of what they refer to, once all texts are there.
Result<> finish(Kind& root);

}  // namespace lunet::schema
