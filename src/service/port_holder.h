// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace lunet::service {

/// "process 812 (tgtd)" that listens on the TCP port of this machine, as far as this user may see it; "" when
/// no program is found.
std::string find_port_holder(std::uint16_t port);

/// Whether IPv6 sockets work here: at least one interface has an IPv6 address.
bool host_has_ipv6();

}  // namespace lunet::service
