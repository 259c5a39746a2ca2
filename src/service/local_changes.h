// SPDX-License-Identifier: Apache-2.0
// A text that changes a few objects of many: what it leaves as it is recorded need be neither checked nor
// completed again, as long as the others do not count for what it changes.
#pragma once

#include <optional>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "service/service.h"

namespace lunet::service {

/// Whether the rest does not count: nothing goes that others may stand on, nothing comes that others may have
/// already (a file, a port, a serial), and everything is written as it is recorded.
bool is_local_change(const config::Tree& recorded, const config::Tree& written);

/// complete() of such a text; looks at what differs. Nothing: it is to be completed as a whole.
Result<std::optional<config::Tree>> complete_local(const config::Tree& written, const config::Tree& recorded,
                                                   configfs::Tree& live, RuntimeKind runtime);

}  // namespace lunet::service
