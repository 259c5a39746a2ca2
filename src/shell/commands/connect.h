// SPDX-License-Identifier: Apache-2.0
// What to type on the other side to use a target; never a secret.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "shell/command.h"

namespace lunet::shell {

struct ConnectRequest {
  std::string target;     ///< its name
  std::string initiator;  ///< "": the only one with an ACL, else a word in its place
  std::string system;     ///< linux, windows, esxi, libvirt, qemu, k8s, libiscsi
};

/// Lines that begin with '#' are words about the commands in the others.
Result<std::vector<std::string>> connect_lines(Session& session, const ConnectRequest& request);

}  // namespace lunet::shell
