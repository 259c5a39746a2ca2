// SPDX-License-Identifier: Apache-2.0
// Two configurations that say mostly the same, made to share what they have in common: comparing them looks
// at the rest only. Neighbour: parse_sharing() in later.h, where one of them is text.
#pragma once

#include "config/tree.h"

namespace lunet::config {

/// The same as `tree`, comments too; what `base` has just so is base's own.
Tree sharing(const Tree& base, const Tree& tree);

}  // namespace lunet::config
