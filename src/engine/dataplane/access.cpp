// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/access.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/iscsi_name.h"

namespace lunet::dataplane {

namespace {

// Login status class 2 (initiator error) and 3 (target error), RFC 7143 11.13.5.
iscsi::Refusal forbidden(std::string reason) {
  return {2, 2, std::move(reason)};
}
iscsi::Refusal not_found(std::string reason) {
  return {2, 3, std::move(reason)};
}
iscsi::Refusal unavailable(std::string reason) {
  return {3, 1, std::move(reason)};
}

// The portal group of the target that owns the portal: a target may answer through several, each its own.
std::shared_ptr<const Tpg> tpg_behind(const TpgMap& tpgs, std::string_view portal) {
  for (const auto& [tag, tpg] : tpgs) {
    if (std::find(tpg->portals.begin(), tpg->portals.end(), portal) != tpg->portals.end()) return tpg;
  }
  return nullptr;
}

// Secrets that are set are asked for; only an explicit 0 opens (ruling 10).
bool authentication_required(const Tpg& tpg, const Acl* acl) {
  if (acl != nullptr && acl->authentication != Authentication::inherit) {
    return acl->authentication == Authentication::on;
  }
  const bool has_secret = acl != nullptr && !(acl->secrets.initiator == iscsi::Credentials());
  return tpg.authentication || !tpg.none || has_secret;
}

// An initiator with an ACL has that ACL's secrets or none, never those of demo mode.
iscsi::AuthenticationPolicy authentication_of(const Tpg& tpg, const Acl* acl) {
  iscsi::AuthenticationPolicy policy;
  policy.required = authentication_required(tpg, acl);
  policy.chap = tpg.chap;
  policy.initiator = acl == nullptr ? tpg.secrets.initiator : acl->secrets.initiator;
  policy.target = acl == nullptr ? tpg.secrets.target : acl->secrets.target;
  policy.algorithms = tpg.chap_algorithms;
  return policy;
}

const Acl* find_acl(const Tpg& tpg, std::string_view initiator) {
  const auto found = tpg.acls.find(fold_iscsi_name(initiator));  // names compare without case (RFC 3722)
  return found == tpg.acls.end() ? nullptr : found->second.get();
}

}  // namespace

std::variant<Grant, iscsi::Refusal> admit(const Snapshot& snapshot, const iscsi::LoginIdentity& identity,
                                          std::string_view portal) {
  if (identity.discovery) {
    Grant grant;
    grant.authentication = snapshot.discovery;
    return grant;
  }
  const auto target = snapshot.targets->find(identity.target_name);
  if (target == snapshot.targets->end()) return not_found(fmt::format("no target {}", identity.target_name));
  auto tpg = tpg_behind(target->second, portal);
  if (tpg == nullptr) {
    return not_found(fmt::format("target {} has no portal {}", identity.target_name, portal));
  }
  if (!tpg->enabled)
    return unavailable(fmt::format("portal group {} of {} is disabled", tpg->tag, tpg->target));
  const Acl* acl = find_acl(*tpg, identity.initiator_name);
  if (acl == nullptr && !tpg->generate_node_acls) {
    return forbidden(fmt::format("initiator {} has no ACL in {}", identity.initiator_name, tpg->target));
  }
  Grant grant;
  grant.parameters = acl == nullptr ? tpg->parameters : acl->parameters;
  grant.authentication = authentication_of(*tpg, acl);
  grant.tpg = std::move(tpg);
  return grant;
}

bool may_enter(const Tpg& tpg, std::string_view initiator) {
  const Acl* acl = find_acl(tpg, initiator);
  return tpg.enabled && (acl != nullptr || tpg.generate_node_acls);
}

std::vector<LunMapping> visible_luns(const Tpg& tpg, std::string_view initiator) {
  const Acl* acl = find_acl(tpg, initiator);
  std::vector<LunMapping> luns;
  if (acl != nullptr) {
    luns = acl->luns;
    for (LunMapping& mapping : luns) mapping.write_protected |= tpg.prod_mode_write_protect;
  } else if (tpg.generate_node_acls) {
    luns = tpg.luns;
    for (LunMapping& mapping : luns) mapping.write_protected |= tpg.demo_mode_write_protect;
  }
  return luns;
}

std::vector<iscsi::DiscoveredTarget> discover(const Snapshot& snapshot, std::string_view initiator,
                                              std::string_view only, const ResolvePortal& resolve) {
  std::vector<iscsi::DiscoveredTarget> found;
  for (const auto& [name, tpgs] : *snapshot.targets) {
    if (!only.empty() && name != only) continue;
    iscsi::DiscoveredTarget target{name, {}};
    for (const auto& [tag, tpg] : tpgs) {
      if (!tpg->enabled && tpg->only_enabled_in_send_targets) continue;
      const bool known = tpg->generate_node_acls || find_acl(*tpg, initiator) != nullptr;
      if (!known && !tpg->demo_mode_discovery) continue;
      for (const std::string& portal : tpg->portals) {
        std::string address = resolve(portal);
        if (!address.empty()) target.addresses.push_back({std::move(address), tag});
      }
    }
    if (!target.addresses.empty()) found.push_back(std::move(target));
  }
  return found;
}

}  // namespace lunet::dataplane
