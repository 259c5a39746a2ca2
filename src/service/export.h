// SPDX-License-Identifier: Apache-2.0
// The configuration as saveconfig.json for programs that read the older tools' file. What is in it is never
// read back: the store is the truth.
#pragma once

#include <string>
#include <vector>

#include "config/tree.h"

namespace lunet::service {

/// Each file whole or not at all, for its owner only. A failure is a warning: the change is made and durable.
void export_configuration(const std::vector<std::string>& paths, const config::Tree& tree,
                          std::vector<std::string>& warnings);

}  // namespace lunet::service
