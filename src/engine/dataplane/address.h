// SPDX-License-Identifier: Apache-2.0
// Portal addresses: "192.0.2.1:3260", "[2001:db8::1]:3260", "0.0.0.0:0", "[::]:3260".
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet::dataplane {

/// An IP address with a port.
class Address {
 public:
  /// EINVAL for anything but IPv4:port or [IPv6]:port with a port up to 65535.
  static Result<Address> parse(std::string_view text);
  static Address from(const sockaddr_storage& storage);

  [[nodiscard]] const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const;
  [[nodiscard]] bool is_ipv6() const { return storage_.ss_family == AF_INET6; }
  [[nodiscard]] bool is_wildcard() const;
  [[nodiscard]] std::uint16_t port() const;
  void set_port(std::uint16_t port);
  /// Without the port, IPv6 in brackets; an IPv4-mapped IPv6 address as IPv4.
  [[nodiscard]] std::string host() const;
  /// What one peer is taken for when peers are counted: host(), of IPv6 the first 64 bits
  /// ("2001:db8:0:1::/64") as whoever has one address of those has all.
  [[nodiscard]] std::string origin() const;
  /// host():port
  [[nodiscard]] std::string text() const;

 private:
  sockaddr_storage storage_{};
};

}  // namespace lunet::dataplane
