// SPDX-License-Identifier: Apache-2.0
// /etc/lunet/options and lunetd.conf: long options, one a line (ruling 23).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace lunet::programs {

/// `name value` or `name=value`, '#' comments, as words of a command line. EINVAL names file and line.
Result<std::vector<std::string>> read_conf(const std::string& path);

}  // namespace lunet::programs
