// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <string>

namespace lunet::backstore {

/// Who keeps the file or block device busy, for an error message: "lunetd (process 123)", "a mount on /srv",
/// "dm-0". As far as /proc and /sys tell this process; empty when they do not.
std::string holder_of(const struct stat& file);

}  // namespace lunet::backstore
