// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "configfs/tree.h"

namespace lunet::configfs {

/// Events at and below `path` in the directory `root`, as inotify tells them. One watch is for one thread.
Result<std::unique_ptr<Watch>> watch_directory(std::string_view root, std::string_view path);

}  // namespace lunet::configfs
