// SPDX-License-Identifier: Apache-2.0
// Where the kernel's target keeps what is to survive a restart, and what it never reads itself.
#pragma once

#include <filesystem>
#include <string_view>

#include "configfs/tree.h"

namespace lunet::target {

/// The folder of that name below the kernel's dbroot; empty: there is none, or the runtime is not the kernel.
std::filesystem::path dbroot_folder(configfs::Tree& live, std::string_view name);

}  // namespace lunet::target
