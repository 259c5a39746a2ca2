// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "schema/forms.h"

namespace lunet::schema {
namespace {

constexpr std::size_t address_max = 100;

std::optional<std::uint64_t> parse_port(std::string_view text) {
  constexpr std::uint64_t port_max = 65535;
  const auto port = parse_unsigned(text);
  return port && *port <= port_max ? port : std::nullopt;
}

/// The original's short forms of the wildcard: "0", "0.0", "0.0.0.0".
bool is_any_ipv4(std::string_view text) {
  return text.find('0') != std::string_view::npos && text.find_first_not_of("0.") == std::string_view::npos;
}

Normal normal_ipv4(std::string_view text) {
  if (is_any_ipv4(text)) return "0.0.0.0";
  in_addr address{};
  const std::string terminated(text);
  return inet_pton(AF_INET, terminated.c_str(), &address) == 1 ? Normal(terminated) : std::nullopt;
}

/// The name of a network interface behind '%', for link-local addresses.
bool fits_zone(std::string_view text) {
  constexpr std::size_t interface_max = 15;
  return !text.empty() && text.size() <= interface_max && std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '/' && c != ']';
  });
}

/// RFC 5952, but the wildcard as the tools of the kernel's target write it.
Normal normal_ipv6(std::string_view text) {
  const std::size_t percent = text.find('%');
  const std::string_view zone = percent == std::string_view::npos ? "" : text.substr(percent + 1);
  if (percent != std::string_view::npos && !fits_zone(zone)) return std::nullopt;
  in6_addr address{};
  const std::string terminated(text.substr(0, percent));
  if (inet_pton(AF_INET6, terminated.c_str(), &address) != 1) return std::nullopt;
  if (IN6_IS_ADDR_UNSPECIFIED(&address)) return zone.empty() ? Normal("::0") : std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(AF_INET6, &address, buffer.data(), buffer.size());
  std::string normal(buffer.data());
  if (!zone.empty()) normal.append("%").append(zone);
  return normal;
}

}  // namespace

Normal normal_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.size() > address_max) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool brackets = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (brackets) host = host.substr(1, host.size() - 2);
  const bool ipv6 = brackets || host.find(':') != std::string_view::npos;
  const Normal address = ipv6 ? normal_ipv6(host) : normal_ipv4(host);
  if (!address) return std::nullopt;
  return ipv6 ? fmt::format("[{}]:{}", *address, *port) : fmt::format("{}:{}", *address, *port);
}

}  // namespace lunet::schema
