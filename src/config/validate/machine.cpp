// SPDX-License-Identifier: Apache-2.0
#include "config/validate/machine.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <set>

namespace lunet::config {
namespace {

/// Raw bytes, so that all spellings of an address are one.
std::string address_bytes(int family, const void* address) {
  const std::size_t length = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
  return {static_cast<const char*>(address), length};
}

std::set<std::string> read_addresses() {
  std::set<std::string> found;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return found;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    if (each->ifa_addr->sa_family == AF_INET) {
      sockaddr_in address{};
      std::memcpy(&address, each->ifa_addr, sizeof address);
      found.insert(address_bytes(AF_INET, &address.sin_addr));
    } else if (each->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 address{};
      std::memcpy(&address, each->ifa_addr, sizeof address);
      found.insert(address_bytes(AF_INET6, &address.sin6_addr));
    }
  }
  return found;
}

class ThisMachine final : public Machine {
 public:
  [[nodiscard]] FileLook look_at(const std::string& path) const override {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return {.errnum = errno};
    FileLook look;
    if (S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode)) {
      look.kind = S_ISBLK(status.st_mode) ? FileLook::Kind::block_device : FileLook::Kind::character_device;
      look.identity = fmt::format("{} {:x}", S_ISBLK(status.st_mode) ? "block" : "character", status.st_rdev);
      return look;
    }
    look.kind = S_ISREG(status.st_mode)   ? FileLook::Kind::regular
                : S_ISDIR(status.st_mode) ? FileLook::Kind::folder
                                          : FileLook::Kind::other;
    look.size = static_cast<std::uint64_t>(status.st_size);
    look.identity = fmt::format("{:x}:{}", status.st_dev, status.st_ino);
    return look;
  }

  [[nodiscard]] bool has_address(std::string_view address) const override {
    const std::string text(address);
    std::array<char, sizeof(in6_addr)> bytes{};
    for (const int family : {AF_INET, AF_INET6}) {
      if (::inet_pton(family, text.c_str(), bytes.data()) != 1) continue;
      // All of 127/8 is local, though the interface has one address of it.
      if (family == AF_INET && bytes[0] == 127) return true;
      return addresses_.contains(address_bytes(family, bytes.data()));
    }
    return false;
  }

 private:
  std::set<std::string> addresses_ = read_addresses();
};

}  // namespace

std::unique_ptr<Machine> this_machine() {
  return std::make_unique<ThisMachine>();
}

}  // namespace lunet::config
