// SPDX-License-Identifier: Apache-2.0
// Where things are when nobody says otherwise (ruling 23); for lunet and lunetd.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet::programs {

struct Places {
  std::string state_dir;    ///< the store, logs: /var/lib/lunet or $XDG_STATE_HOME/lunet
  std::string socket_path;  ///< control socket: /run/lunet/lunetd.sock or $XDG_RUNTIME_DIR/lunet/lunetd.sock
};

/// Of this process's user.
Places default_places();
/// Of another one; `variable` gives environment variables, "" for those not set.
Places places_of(uid_t user, const std::function<std::string(const char*)>& variable);

/// The control socket that belongs to a state folder: the default one for the default folder, `lunetd.sock`
/// in any other, so that two stores never share a runtime by accident.
std::string socket_for(const std::string& state_dir);

/// An absolute path, seen from the current folder.
std::string absolute_path(const std::string& path);

/// Makes the folder and missing parents, 0700 (root's /run/lunet: 0755, for the group that may use the
/// socket). EPERM when it is there but belongs to somebody else or others may write to it.
Result<> make_private_folder(const std::string& folder);

}  // namespace lunet::programs
