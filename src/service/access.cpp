// SPDX-License-Identifier: Apache-2.0
#include "service/access.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "service/names.h"
#include "service/view_parts.h"

namespace lunet::service {
namespace {

using configfs::EntryKind;
using configfs::Node;

std::string storage_object_of(const Node& lun) {
  const Node* link = link_in(lun);
  if (link == nullptr) return {};
  const std::string& disk = link->entry.link_target;
  return fmt::format("{}/{}", shell_plugin_name(plugin_of_path(disk)), disk.substr(disk.rfind('/') + 1));
}

/// The same address in two spellings; wildcards are any of their family.
bool serves(std::string_view portal, std::string_view address) {
  std::string host(portal.substr(0, portal.rfind(':')));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  std::array<std::uint8_t, 16> one{};
  std::array<std::uint8_t, 16> other{};
  const std::string wanted(address);
  const bool v4 = ::inet_pton(AF_INET, wanted.c_str(), other.data()) == 1;
  if (!v4 && ::inet_pton(AF_INET6, wanted.c_str(), other.data()) != 1) return false;
  if (::inet_pton(AF_INET6, host.c_str(), one.data()) == 1) {
    const bool any = std::all_of(one.begin(), one.end(), [](std::uint8_t byte) { return byte == 0; });
    return any || (!v4 && one == other);
  }
  if (::inet_pton(AF_INET, host.c_str(), one.data()) != 1) return false;
  const bool any = std::all_of(one.begin(), one.begin() + 4, [](std::uint8_t byte) { return byte == 0; });
  return v4 && (any || one == other);
}

class Explanation {
 public:
  Explanation(const Node& root, const Node& tpg, std::string initiator, TargetAccess& access)
      : root_(root), tpg_(tpg), initiator_(std::move(initiator)), access_(access) {}

  void run(std::string_view address) {
    acl_ = tpg_.at("acls/" + initiator_);
    demo_ = line_of(tpg_, "attrib/generate_node_acls") == "1";
    find_portals(address);
    find_luns();
    access_.enters = decide(address);
  }

 private:
  [[nodiscard]] std::string path() const {
    return fmt::format("/iscsi/{}/tpg{}", access_.target, access_.tag);
  }
  bool refuse(std::string reason, std::string command) {
    access_.reasons.insert(access_.reasons.begin(), std::move(reason));
    access_.command = std::move(command);
    return false;
  }

  bool decide(std::string_view address) {
    if (line_of(tpg_, "enable") != "1")
      return refuse("the portal group is disabled", fmt::format("{} enable", path()));
    if (acl_ == nullptr && !demo_) {
      return refuse("it has no ACL, and the portal group lets in nobody without one",
                    fmt::format("{}/acls create {}", path(), initiator_));
    }
    if (access_.portals.empty()) {
      const std::string where = address.empty() ? "" : fmt::format(" at {}", address);
      return refuse(fmt::format("the portal group has no portal{}", where),
                    fmt::format("{}/portals create {}", path(), address.empty() ? "::0" : address));
    }
    access_.reasons.emplace_back(acl_ != nullptr ? "it has an ACL"
                                                 : "demo mode: the portal group lets in everybody");
    explain_authentication();
    if (access_.luns.empty()) {
      access_.reasons.emplace_back("it sees no LUN");
      access_.command = acl_ == nullptr ? "" : fmt::format("{}/acls/{} create 0 lun0", path(), initiator_);
    }
    return true;
  }

  void explain_authentication() {
    const std::string_view own = acl_ == nullptr ? "" : line_of(*acl_, "attrib/authentication");
    const std::string_view general = line_of(tpg_, "attrib/authentication");
    const bool asked = own == "1" || (own != "0" && general == "1");
    const Node& owner = acl_ != nullptr && (own == "1" || !demo_) ? *acl_ : tpg_;
    const std::string_view user = line_of(owner, "auth/userid");
    if (!asked) {
      access_.reasons.emplace_back("it need not prove who it is (no CHAP)");
    } else if (user.empty() || user == "NULL") {
      access_.reasons.emplace_back("CHAP is asked for, and no user and secret are set: every login fails");
    } else {
      access_.reasons.push_back(fmt::format("it has to prove itself by CHAP as user '{}'", user));
    }
  }

  void find_portals(std::string_view address) {
    const Node* portals = tpg_.find("np");
    for (const Node& portal : portals == nullptr ? std::vector<Node>{} : portals->nodes) {
      if (portal.entry.kind != EntryKind::directory) continue;
      if (!address.empty() && !serves(portal.entry.name, address)) continue;
      const std::string& name = portal.entry.name;
      const std::string_view real = line_of(portal, "port");
      const bool chosen = name.ends_with(":0") && !real.empty();
      access_.portals.push_back(chosen ? fmt::format("{}:{}", name.substr(0, name.rfind(':')), real) : name);
    }
  }

  void find_luns() {
    if (acl_ != nullptr) return find_mapped();
    const Node* luns = tpg_.find("lun");
    const bool read_only = line_of(tpg_, "attrib/demo_mode_write_protect") == "1";
    for (const Node& lun : luns == nullptr || !demo_ ? std::vector<Node>{} : luns->nodes) {
      const auto number = parse_unsigned(after(lun.entry.name, "lun_"));
      if (number)
        access_.luns.push_back({static_cast<std::uint16_t>(*number), storage_object_of(lun), read_only});
    }
  }

  void find_mapped() {
    for (const Node& mapped : acl_->nodes) {
      const auto number = parse_unsigned(after(mapped.entry.name, "lun_"));
      const Node* link = number ? link_in(mapped) : nullptr;
      if (link == nullptr) continue;
      const Node* lun = root_.at(link->entry.link_target);
      access_.luns.push_back({static_cast<std::uint16_t>(*number),
                              lun == nullptr ? "" : storage_object_of(*lun),
                              line_of(mapped, "write_protect") == "1"});
    }
    std::sort(access_.luns.begin(), access_.luns.end(),
              [](const auto& a, const auto& b) { return a.lun < b.lun; });
  }

  const Node& root_;
  const Node& tpg_;
  const std::string initiator_;
  TargetAccess& access_;
  const Node* acl_ = nullptr;
  bool demo_ = false;
};

}  // namespace

Result<std::vector<TargetAccess>> explain_access(configfs::Tree& live, std::string_view initiator,
                                                 std::string_view address) {
  const std::string name = TRY(normalise_wwn(initiator, WwnUse::initiator));
  configfs::ReadFilter filter;
  filter.state = true;
  filter.files = {
      "authentication", "demo_mode_write_protect", "enable", "generate_node_acls", "port", "userid",
      "write_protect"};
  const Node root = TRY(live.read_tree("", filter));
  std::vector<TargetAccess> all;
  const Node* iscsi = root.find("iscsi");
  for (const Node& target : iscsi == nullptr ? std::vector<Node>{} : iscsi->nodes) {
    for (const Node& tpg : target.nodes) {
      const auto tag = parse_unsigned(after(tpg.entry.name, "tpgt_"));
      if (!tag) continue;
      TargetAccess access;
      access.target = target.entry.name;
      access.tag = static_cast<std::uint16_t>(*tag);
      Explanation(root, tpg, name, access).run(address);
      all.push_back(std::move(access));
    }
  }
  return all;
}

}  // namespace lunet::service
