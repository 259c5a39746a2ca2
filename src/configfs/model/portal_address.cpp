// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/portal_address.h"

#include <arpa/inet.h>

#include <string>

#include "base/text.h"

namespace lunet::configfs {

std::optional<PortalAddress> parse_portal(std::string_view name) {
  PortalAddress portal;
  std::string_view host;
  portal.ipv6 = name.starts_with('[');
  const std::size_t colon = portal.ipv6 ? name.find("]:") : name.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  host = portal.ipv6 ? name.substr(1, colon - 1) : name.substr(0, colon);
  const auto port = parse_unsigned(name.substr(colon + (portal.ipv6 ? 2 : 1)));
  if (!port || *port > 65535) return std::nullopt;
  portal.port = static_cast<std::uint16_t>(*port);
  if (const std::size_t percent = host.find('%'); portal.ipv6 && percent != std::string_view::npos) {
    portal.scope = host.substr(percent + 1);
    if (portal.scope.empty()) return std::nullopt;
    host = host.substr(0, percent);
  }
  if (::inet_pton(portal.ipv6 ? AF_INET6 : AF_INET, std::string(host).c_str(), portal.bytes.data()) != 1)
    return std::nullopt;
  return portal;
}

}  // namespace lunet::configfs
