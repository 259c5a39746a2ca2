// SPDX-License-Identifier: Apache-2.0
#include "service/absent.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>

#include "base/byte_size.h"
#include "service/backing_file.h"
#include "target/changes.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;

/// 16 bytes, IPv4 in IPv6's form; nothing for what is no address.
std::optional<in6_addr> address_of(std::string_view text) {
  std::string plain(text);
  if (plain.starts_with('[') && plain.ends_with(']')) plain = plain.substr(1, plain.size() - 2);
  if (plain.find(':') == std::string::npos) plain = "::ffff:" + plain;
  in6_addr address{};
  if (::inet_pton(AF_INET6, plain.c_str(), &address) != 1) return std::nullopt;
  return address;
}

bool is_any(const in6_addr& address) {
  return IN6_IS_ADDR_UNSPECIFIED(&address) ||
         (IN6_IS_ADDR_V4MAPPED(&address) && std::memcmp(address.s6_addr + 12, "\0\0\0\0", 4) == 0);
}

bool is_of(const sockaddr& own, const in6_addr& address) {
  if (own.sa_family == AF_INET6) {
    sockaddr_in6 whole{};
    std::memcpy(&whole, &own, sizeof whole);
    return std::memcmp(&whole.sin6_addr, &address, sizeof address) == 0;
  }
  sockaddr_in whole{};
  if (own.sa_family != AF_INET || !IN6_IS_ADDR_V4MAPPED(&address)) return false;
  std::memcpy(&whole, &own, sizeof whole);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&whole.sin_addr);
  return bytes[0] == 127 ? address.s6_addr[12] == 127
                         : std::memcmp(bytes, address.s6_addr + 12, sizeof whole.sin_addr) == 0;
}

/// Why the kernel could not listen there; "" when it can.
std::string address_reason(std::string_view portal) {
  const std::string_view text = portal.substr(0, std::min(portal.rfind(':'), portal.size()));
  const auto address = address_of(text);
  if (!address || is_any(*address)) return "";
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return "";
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> held(list, ::freeifaddrs);
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr != nullptr && is_of(*each->ifa_addr, *address)) return "";
  }
  return fmt::format("no interface of this host has the address {}", text);
}

void add_portals(const config::Object& object, Path& path, std::vector<Path>& found) {
  for (const auto& [key, child] : object.children) {
    path.push_back(key);
    if (key.object_class == ObjectClass::portal) found.push_back(path);
    if (key.object_class == ObjectClass::target || key.object_class == ObjectClass::tpgt)
      add_portals(child, path, found);
    path.pop_back();
  }
}

}  // namespace

std::vector<Path> may_be_missing(const config::Tree& tree, RuntimeKind runtime) {
  std::vector<Path> found;
  for (const auto& [group_key, group] : tree.root.children) {
    Path path{group_key};
    if (group_key.object_class == ObjectClass::fabric) {
      if (runtime == RuntimeKind::kernel) add_portals(group, path, found);
      continue;
    }
    if (group_key.id != "fileio" && group_key.id != "iblock" && group_key.id != "pscsi") continue;
    for (const auto& [key, disk] : group.children) found.push_back({group_key, key});
  }
  return found;
}

std::string missing_reason(const config::Tree& tree, const Path& path) {
  const config::Object* object = tree.find(path);
  if (object == nullptr) return "";
  return path.back().object_class == ObjectClass::portal ? address_reason(path.back().id)
                                                         : pending_reason(*object);
}

std::string pending_reason(const config::Object& disk) {
  const std::string path(disk.attribute("path"));
  if (!path.starts_with('/')) return "";
  std::optional<std::uint64_t> size;
  if (const auto parsed = parse_byte_size(disk.attribute("size"))) size = *parsed;
  const int errnum = check_backing_file(path, size);
  if (errnum == EFBIG) return fmt::format("{} is shorter than the recorded {} bytes", path, *size);
  const bool missing = errnum == ENOENT || errnum == ENODEV || errnum == ENXIO || errnum == ENOTDIR;
  // Other errors are the runtime's to report: it may have rights that this process has not.
  return missing ? fmt::format("{}: {}", path, std::strerror(errnum)) : "";  // NOLINT(concurrency-mt-unsafe)
}

std::set<config::Path> absent_in(const config::Tree& tree, const std::vector<store::Leftover>& leftovers) {
  std::set<config::Path> objects;
  for (const store::Leftover& leftover : leftovers) {
    if (tree.find(leftover.object) != nullptr) objects.insert(leftover.object);
  }
  return objects.empty() ? objects : target::dependants(tree, objects);
}

config::Tree without(const config::Tree& tree, const std::set<config::Path>& objects) {
  config::Tree rest = tree;
  for (const config::Path& path : objects) {
    // It may be gone with one above it.
    if (tree.find(path) != nullptr) (void)rest.remove(path);
  }
  return rest;
}

}  // namespace lunet::service
