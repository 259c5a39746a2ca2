// SPDX-License-Identifier: Apache-2.0
// Completers that look at the machine: files, devices, addresses, hardware ports.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "base/text.h"
#include "service/hardware.h"
#include "shell/completers.h"

namespace lunet::shell {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

static Names entries_of(const std::string& folder) {
  Names names;
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure))
    names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// "~/x" is shown as it is typed and looked up in the user's home.
static std::string looked_up(const std::string& folder) {
  if (!folder.starts_with("~/")) return folder.empty() ? "." : folder;
  const char* home = std::getenv("HOME");
  return (home == nullptr ? "" : std::string(home)) + folder.substr(1);
}

Names complete_file(const Wanted& wanted) {
  const auto slash = wanted.text.rfind('/');
  const std::string folder(slash == std::string_view::npos ? "" : wanted.text.substr(0, slash + 1));
  const bool hidden_wanted = wanted.text.substr(folder.size()).starts_with('.');
  Names paths;
  for (const std::string& name : entries_of(looked_up(folder))) {
    if (name.starts_with('.') && !hidden_wanted) continue;
    std::error_code failure;
    const bool is_folder = fs::is_directory(looked_up(folder) + "/" + name, failure);
    paths.push_back(folder + name + (is_folder ? "/" : ""));
  }
  return paths;
}

Names complete_block_device(const Wanted& wanted) {
  if (wanted.text.starts_with('/') && !wanted.text.starts_with("/dev/") && wanted.text.size() > 1)
    return complete_file(wanted);
  Names paths;
  for (const std::string& name : entries_of("/sys/class/block")) {
    std::ifstream file("/sys/class/block/" + name + "/size");
    std::uint64_t sectors = 0;
    if (file >> sectors && sectors > 0 && !name.starts_with("ram")) paths.push_back("/dev/" + name);
  }
  if (wanted.text.rfind('/') > std::string_view("/dev").size()) paths = complete_file(wanted);
  return paths;
}

Names complete_local_address(const Wanted& /*wanted*/) {
  std::set<std::string> found = {"0.0.0.0", "::0"};
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {found.begin(), found.end()};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> freed(list, ::freeifaddrs);
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0) continue;
    char text[INET6_ADDRSTRLEN] = "";
    const int family = each->ifa_addr->sa_family;
    if (family == AF_INET) {
      const auto* address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
      ::inet_ntop(family, &address->sin_addr, text, sizeof text);
    } else if (family == AF_INET6) {
      const auto* address = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
      // A link-local address means nothing without its interface.
      if (!IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr))
        ::inet_ntop(family, &address->sin6_addr, text, sizeof text);
    }
    if (*text != '\0') found.insert(text);
  }
  return {found.begin(), found.end()};
}

Names complete_target_wwn(const Wanted& wanted) {
  Names wwns = service::hardware_wwns(wanted.place.fabric);
  if (const auto taken = wanted.session.runtime.child_names(wanted.place)) {
    std::erase_if(wwns, [&](const std::string& wwn) {
      return std::find(taken->begin(), taken->end(), wwn) != taken->end();
    });
  }
  return wwns;
}

}  // namespace lunet::shell
