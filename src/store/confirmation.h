// SPDX-License-Identifier: Apache-2.0
// A change that goes back by itself unless it is confirmed in time (ruling 16): the file `confirmation`.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace lunet::store {

Result<> write_confirmation(const std::string& folder, const Confirmation& confirmation);
/// Durable.
Result<> remove_confirmation(const std::string& folder);
Result<std::optional<Confirmation>> read_confirmation(const std::string& folder);

}  // namespace lunet::store
