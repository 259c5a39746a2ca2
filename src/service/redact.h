// SPDX-License-Identifier: Apache-2.0
// A configuration that may be shown to others, and texts cleaned of its secrets.
#pragma once

#include <string>
#include <vector>

#include "config/tree.h"

namespace lunet::service {

/// Each secret in `tree` becomes "***". Gives back what they were.
std::vector<std::string> take_secrets(config::Tree& tree);
/// The text with "***" wherever one of the secrets stands in it, whoever wrote it there.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace lunet::service
