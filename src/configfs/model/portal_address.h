// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lunet::configfs {

/// What the name of a portal's directory says: "192.0.2.1:3260", "[2001:db8::1]:3260".
struct PortalAddress {
  bool ipv6 = false;
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4 uses the first four
  std::string_view scope;                ///< interface of a link-local address, after '%'
  std::uint16_t port = 0;

  [[nodiscard]] bool is_wildcard() const { return bytes == std::array<std::uint8_t, 16>{}; }
  bool operator==(const PortalAddress&) const = default;
};

/// Nothing for a name that is no address with a port. `scope` points into the name.
std::optional<PortalAddress> parse_portal(std::string_view name);

}  // namespace lunet::configfs
