// SPDX-License-Identifier: Apache-2.0
// A configuration as a person wrote it, made complete and checked: what is chosen at creation is taken from
// the generation that runs, or chosen (ruling 26). Neighbour: apply.cpp makes it run.
#pragma once

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "service/service.h"

namespace lunet::service {

/// `written` with HBA numbers, serials, link names and the spelling that runtimes read back. EINVAL, EEXIST,
/// ENOENT name the first object that cannot be. `around`: `written` is a part of this, to which it may refer.
Result<config::Tree> complete(const config::Tree& written, const config::Tree& recorded, configfs::Tree& live,
                              RuntimeKind runtime, const config::Tree* around = nullptr);

}  // namespace lunet::service
