// SPDX-License-Identifier: Apache-2.0
#include "shell/consent.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "shell/nodes.h"

namespace lunet::shell {

using service::NodeKind;
using service::ViewNode;

static const ViewNode* child_of_kind(const ViewNode& node, NodeKind kind) {
  for (const ViewNode& child : node.children) {
    if (child.kind == kind) return &child;
  }
  return nullptr;
}

static void collect(const ViewNode& node, NodeKind kind, std::vector<const ViewNode*>& found) {
  if (node.kind == kind) found.push_back(&node);
  for (const ViewNode& child : node.children) collect(child, kind, found);
}

static std::string logged_in(std::string_view who) {
  return fmt::format("{} is logged in and would be cut off", who);
}

static void add_acl_session(const ViewNode& acl, std::vector<std::string>& lost) {
  if (!detail_of(acl, "session").empty()) lost.push_back(logged_in(acl.name));
}

static void add_dynamic_sessions(const ViewNode& tpg, std::vector<std::string>& lost) {
  const std::string_view names = detail_of(tpg, "dynamic_sessions");
  if (!names.empty()) lost.push_back(logged_in(names));
}

static void add_tpg_sessions(const ViewNode& tpg, std::vector<std::string>& lost) {
  if (const ViewNode* acls = child_of_kind(tpg, NodeKind::acls)) {
    for (const ViewNode& acl : acls->children) add_acl_session(acl, lost);
  }
  add_dynamic_sessions(tpg, lost);
}

// Sessions that see one of the LUNs.
static void add_lun_sessions(const ViewNode& tpg, const std::set<std::string, std::less<>>& luns,
                             std::vector<std::string>& lost) {
  if (luns.empty()) return;
  if (const ViewNode* acls = child_of_kind(tpg, NodeKind::acls)) {
    for (const ViewNode& acl : acls->children) {
      const bool maps = std::any_of(acl.children.begin(), acl.children.end(), [&](const ViewNode& mapped) {
        return luns.find(detail_of(mapped, "tpg_lun")) != luns.end();
      });
      if (maps) add_acl_session(acl, lost);
    }
  }
  add_dynamic_sessions(tpg, lost);
}

static void add_disk_losses(const ViewNode& root, const ViewNode& disk, const Place& object,
                            std::vector<std::string>& lost) {
  if (object.plugin == "rd_mcp" && detail_of(disk, "nullio") != "true") {
    lost.push_back(fmt::format("the data in RAM disk {} would be lost", disk.name));
  }
  // A LUN says the plugin of a disk in user space, not its handler.
  const std::string exported =
      object.plugin == "user" ? fmt::format("/backstores/user/{}", object.disk) : object.path;
  std::vector<const ViewNode*> tpgs;
  collect(root, NodeKind::tpg, tpgs);
  for (const ViewNode* tpg : tpgs) {
    const ViewNode* list = child_of_kind(*tpg, NodeKind::luns);
    std::set<std::string, std::less<>> luns;
    for (const ViewNode& lun : list == nullptr ? std::vector<ViewNode>{} : list->children) {
      if (detail_of(lun, "storage_object") == exported) luns.emplace(detail_of(lun, "index"));
    }
    add_lun_sessions(*tpg, luns, lost);
  }
}

// The TPG that a place is in.
static const ViewNode* tpg_of(const ViewNode& root, const Place& object) {
  auto tpg = follow_path({}, fmt::format("/{}/{}/tpg{}", object.fabric, object.target, object.tag));
  return tpg ? find_node(root, tpg->path) : nullptr;
}

std::vector<std::string> losses(const ViewNode& root, const Place& object) {
  std::vector<std::string> lost;
  const ViewNode* node = find_node(root, object.path);
  if (node == nullptr) return lost;
  switch (object.kind) {
    case NodeKind::disk: add_disk_losses(root, *node, object, lost); break;
    case NodeKind::target:
      for (const ViewNode& tpg : node->children) add_tpg_sessions(tpg, lost);
      break;
    case NodeKind::tpg: add_tpg_sessions(*node, lost); break;
    case NodeKind::lun:
      if (const ViewNode* tpg = tpg_of(root, object)) {
        add_lun_sessions(*tpg, {std::string(detail_of(*node, "index"))}, lost);
      }
      break;
    case NodeKind::acl: add_acl_session(*node, lost); break;
    case NodeKind::mapped_lun: {
      const auto acl = follow_path(object, "..");
      const ViewNode* acl_node = acl ? find_node(root, acl->path) : nullptr;
      if (acl_node != nullptr) add_acl_session(*acl_node, lost);
      break;
    }
    case NodeKind::portal:
      if (const ViewNode* tpg = tpg_of(root, object)) add_tpg_sessions(*tpg, lost);
      break;
    default: break;
  }
  return lost;
}

Result<> require_consent(Session& session, std::string_view action, const std::vector<std::string>& lost) {
  if (session.yes || lost.empty()) return {};
  std::string reasons;
  for (const std::string& reason : lost) reasons += (reasons.empty() ? "" : "; ") + reason;
  if (!session.json) {
    const auto answer = session.console.confirm(fmt::format("{}: {}. Go on?", action, reasons));
    if (answer == true) return {};
    if (answer == false) return Error{ECANCELED, fmt::format("{}: not done, as you said", action), {}};
  }
  return Error{ECANCELED, fmt::format("{}: not done: {}", action, reasons),
               "put --yes before the command to do it anyway"};
}

// Of every disk on the HBA.
static std::vector<std::string> losses_on(const ViewNode& root, const Place& hba) {
  std::vector<std::string> lost;
  std::vector<const ViewNode*> disks;
  collect(root, NodeKind::disk, disks);
  for (const ViewNode* disk : disks) {
    if (detail_of(*disk, "hba") != std::to_string(*hba.hba)) continue;
    const auto place =
        follow_path({}, fmt::format("/backstores/{}/{}", detail_of(*disk, "plugin"), disk->name));
    if (!place || place->plugin != hba.plugin) continue;
    for (std::string& each : losses(root, *place)) lost.push_back(std::move(each));
  }
  return lost;
}

// What stands below a target can cut off nobody else's sessions.
static Result<ViewNode> view_for(Session& session, const Place& object) {
  if (!object.target.empty()) {
    ViewNode root = TRY(session.runtime.target_view(object.fabric, object.target));
    if (find_node(root, object.path) != nullptr) return root;
  }
  return session.runtime.view();
}

Result<> require_consent_to(Session& session, std::string_view verb, const Place& object) {
  if (session.yes) return {};
  const ViewNode root = TRY(view_for(session, object));
  const auto lost = object.kind == NodeKind::hba ? losses_on(root, object) : losses(root, by_plugin(object));
  return require_consent(session, fmt::format("{} {}", verb, object.path), lost);
}

}  // namespace lunet::shell
