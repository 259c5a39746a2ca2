// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lunet::shell {

/// The candidate that the word was most likely meant to be; "" when none is near (about a third of the
/// letters).
std::string nearest(std::string_view word, std::span<const std::string> candidates);
/// "did you mean 'X'?" or "".
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace lunet::shell
