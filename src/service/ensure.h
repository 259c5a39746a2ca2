// SPDX-License-Identifier: Apache-2.0
// With Context::ensure a create succeeds when the object is there already as it would be made, so that
// scripts can be run again. Neighbours: the verbs ask first; shell/ turns ENOTUNIQ into exit status 3.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service/verbs.h"

namespace lunet::service {

/// An attribute and the value that the create would give it. What the user leaves to Lunet is no wish.
using Wish = std::pair<std::string_view, std::string>;

/// False: the verb goes on, which also refuses an object that is there when nobody said ensure. True: it is
/// there as wished, and the report says so. ENOTUNIQ names each attribute that differs; nothing was changed.
Result<bool> is_as_wished(const Editor& editor, Draft& draft, const config::Path& path,
                          const std::vector<Wish>& wishes);
/// The same error for what is no attribute: `what` is a sentence's end, "it is LUN 3, not 5".
Error differs(const config::Path& path, std::string_view what);
/// EINVAL with ensure when the name is left to Lunet: each run would make one more.
Result<> check_has_name(const Editor& editor, bool has_name, std::string_view what);

}  // namespace lunet::service
