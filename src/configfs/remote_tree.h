// SPDX-License-Identifier: Apache-2.0
// The contract spoken to a Server (lunetd) over its Unix socket.
#pragma once

#include <memory>
#include <string>

#include "configfs/tree.h"

namespace lunet::configfs {

/// A thread-safe Tree; requests go one after the other over one connection, each watch has its own. A request
/// must be answered within `timeout_ms` (ETIMEDOUT; whether it was done is then unknown). After a failure of
/// the connection the next request connects anew; none is ever sent twice. ENOENT or ECONNREFUSED when nobody
/// listens, EPERM when the server does not want us, EPROTO when it speaks another version.
Result<std::unique_ptr<Tree>> connect_remote(const std::string& socket_path, int timeout_ms);

}  // namespace lunet::configfs
