// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lunet {

/// For lunet, from its start: what one large tree leaves free is kept for the next, not given back to the
/// system to be asked for, and cleared, again.
void keep_freed_memory();

}  // namespace lunet
