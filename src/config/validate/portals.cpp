// SPDX-License-Identifier: Apache-2.0
// Portals that cannot listen beside each other, and addresses that the machine has not.
#include <fmt/core.h>

#include <map>

#include "config/validate/checks.h"

namespace lunet::config {
namespace {

struct Address {
  std::string host;  ///< without brackets and zone
  std::string port;
  bool ipv6 = false;
  [[nodiscard]] bool is_any() const { return host == "0.0.0.0" || host == "::0"; }
};

/// Nothing for what is no portal; that is found elsewhere.
std::optional<Address> address_of(const Visited& at) {
  if (at.path.back().object_class != ObjectClass::portal || at.kind == nullptr) return std::nullopt;
  const auto normal = schema::check(at.kind->identifier, at.path.back().id);
  if (!normal) return std::nullopt;
  const std::size_t colon = normal->rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  Address address{normal->substr(0, colon), normal->substr(colon + 1)};
  address.ipv6 = address.host.starts_with('[');
  if (address.ipv6) address.host = address.host.substr(1, address.host.size() - 2);
  address.host = address.host.substr(0, address.host.find('%'));
  return address;
}

/// A socket of all addresses takes the port of each: of IPv4 and IPv6 for [::0].
bool collide(const Address& a, const Address& b) {
  if (a.host == b.host) return false;
  const auto covers = [](const Address& any, const Address& other) {
    return any.is_any() && (any.ipv6 || !other.ipv6);
  };
  return covers(a, b) || covers(b, a);
}

class PortalCheck {
 public:
  explicit PortalCheck(Findings& findings) : findings_(findings) {}

  void portal(const Path& path, const Address& address) {
    if (address.port == "0") return;  // a free one each
    auto& all = by_port_[address.port];
    for (const auto& [other, other_path] : all) {
      if (collide(address, other)) return complain(path, other_path, "takes the port on all addresses");
      const bool one_target = path.size() > 3 && other_path.size() == path.size() &&
                              std::equal(path.begin(), path.end() - 2, other_path.begin());
      if (address.host == other.host && one_target && path != other_path)
        return complain(path, other_path, "is the same portal of the same target");
    }
    // One of each kind is enough to find what comes later.
    if (all.size() < kept_max) all.emplace_back(address, path);
  }

 private:
  static constexpr std::size_t kept_max = 1024;

  void complain(const Path& path, const Path& other, std::string_view what) {
    findings_.push_back({Severity::error,
                         {path},
                         fmt::format("{} {}", path_text(other), what),
                         "remove one of them, or use another port"});
  }

  Findings& findings_;
  std::map<std::string, std::vector<std::pair<Address, Path>>> by_port_;
};

}  // namespace

void check_portals(const Question& question, Findings& findings) {
  PortalCheck check(findings);
  for_each_object(question, true, [&](const Visited& at) {
    if (const auto address = address_of(at)) check.portal(at.path, *address);
  });
}

void check_addresses(const Question& question, Findings& findings) {
  if (question.machine == nullptr) return;
  for_each_object(question, false, [&](const Visited& at) {
    const auto address = address_of(at);
    if (!address || address->is_any() || question.machine->has_address(address->host)) return;
    findings.push_back({Severity::pending,
                        {at.path},
                        fmt::format("no interface of this machine has the address {}", address->host),
                        "the portal waits for it"});
  });
}

}  // namespace lunet::config
