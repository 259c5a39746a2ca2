// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/address.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <array>
#include <cstring>

#include "base/text.h"

namespace lunet::dataplane {

namespace {

sockaddr_in& v4(sockaddr_storage& storage) {
  return reinterpret_cast<sockaddr_in&>(storage);
}
const sockaddr_in& v4(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr_in&>(storage);
}
sockaddr_in6& v6(sockaddr_storage& storage) {
  return reinterpret_cast<sockaddr_in6&>(storage);
}
const sockaddr_in6& v6(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr_in6&>(storage);
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  const Error bad{EINVAL, fmt::format("'{}' is no portal address", text),
                  "write 192.0.2.1:3260 or [2001:db8::1]:3260"};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  const auto port = parse_unsigned(text.substr(colon + 1));
  if (!port || *port > 65535) return bad;
  std::string host(text.substr(0, colon));
  Address address;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    address.storage_.ss_family = AF_INET6;
    if (inet_pton(AF_INET6, host.c_str(), &v6(address.storage_).sin6_addr) != 1) return bad;
  } else {
    address.storage_.ss_family = AF_INET;
    if (inet_pton(AF_INET, host.c_str(), &v4(address.storage_).sin_addr) != 1) return bad;
  }
  address.set_port(static_cast<std::uint16_t>(*port));
  return address;
}

Address Address::from(const sockaddr_storage& storage) {
  Address address;
  address.storage_ = storage;
  return address;
}

socklen_t Address::size() const {
  return is_ipv6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

bool Address::is_wildcard() const {
  if (!is_ipv6()) return v4(storage_).sin_addr.s_addr == INADDR_ANY;
  return IN6_IS_ADDR_UNSPECIFIED(&v6(storage_).sin6_addr);
}

std::uint16_t Address::port() const {
  return ntohs(is_ipv6() ? v6(storage_).sin6_port : v4(storage_).sin_port);
}

void Address::set_port(std::uint16_t port) {
  (is_ipv6() ? v6(storage_).sin6_port : v4(storage_).sin_port) = htons(port);
}

std::string Address::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (!is_ipv6()) {
    inet_ntop(AF_INET, &v4(storage_).sin_addr, text.data(), text.size());
    return text.data();
  }
  const in6_addr& address = v6(storage_).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    inet_ntop(AF_INET, &address.s6_addr[12], text.data(), text.size());
    return text.data();
  }
  inet_ntop(AF_INET6, &address, text.data(), text.size());
  return fmt::format("[{}]", text.data());
}

std::string Address::origin() const {
  if (!is_ipv6() || IN6_IS_ADDR_V4MAPPED(&v6(storage_).sin6_addr)) return host();
  in6_addr network = v6(storage_).sin6_addr;
  std::memset(&network.s6_addr[8], 0, 8);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, &network, text.data(), text.size());
  return fmt::format("{}/64", text.data());
}

std::string Address::text() const {
  return fmt::format("{}:{}", host(), port());
}

}  // namespace lunet::dataplane
