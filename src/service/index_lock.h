// SPDX-License-Identifier: Apache-2.0
// The lock under which rtslib (targetcli, targetctl, cinder) looks for a free HBA number and takes it.
// Whoever makes disks beside it must do the same under it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace lunet::service {

inline constexpr std::string_view rtslib_lock_file = "/var/run/rtslib_backstore.lock";

/// `own` together with a flock on the file, which is made when it is missing. `waiting` is called once when
/// somebody has it. EBUSY after `wait_ms`. A folder that is not there or not ours to write means that no
/// rtslib is here.
Result<std::unique_ptr<store::Lock>> with_index_lock(std::unique_ptr<store::Lock> own,
                                                     const std::string& path, int wait_ms,
                                                     const std::function<void()>& waiting);

}  // namespace lunet::service
