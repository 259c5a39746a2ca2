// SPDX-License-Identifier: Apache-2.0
// The model as a Tree that nothing stands behind: for tests, plans and demonstrations.
#pragma once

#include <memory>

#include "configfs/model/model.h"

namespace lunet::configfs {

/// What the machine has that the tree is of.
struct Machine {
  bool transports = false;  ///< adapters for the portals' iser and offload; without them writing 1 is EINVAL
};

/// Refuses, besides what the rules forbid, what the machine would: a fileio disk whose directory is missing
/// (ENOENT), a portal whose port another address holds (EINVAL). Opens and makes no files.
std::unique_ptr<Tree> make_memory_tree(Flavour flavour, Machine machine = {});

}  // namespace lunet::configfs
