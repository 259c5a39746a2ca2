// SPDX-License-Identifier: Apache-2.0
#include "service/doctor.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "service/port_holder.h"
#include "service/user_handlers.h"
#include "service/verbs.h"
#include "service/view_parts.h"

namespace lunet::service {
namespace {

using configfs::EntryKind;
using configfs::Node;
using Weight = Finding::Weight;

bool has_children(const Node* folder) {
  return folder != nullptr && std::any_of(folder->nodes.begin(), folder->nodes.end(), [](const Node& node) {
           return node.entry.kind == EntryKind::directory;
         });
}

bool has_secret(const Node& node) {
  const std::string_view user = line_of(node, "auth/userid");
  return !user.empty() && user != "NULL";
}

class Examination {
 public:
  Examination(const Node& root, UserHandlers* handlers, std::vector<Finding>& findings)
      : root_(root), handlers_(handlers), findings_(findings) {}

  void run() {
    if (const Node* core = root_.find("core")) examine_disks(*core);
    const Node* iscsi = root_.find("iscsi");
    if (iscsi == nullptr) return;
    if (const Node* auth = iscsi->find("discovery_auth")) examine_discovery(*auth);
    for (const Node& target : iscsi->nodes) {
      for (const Node& tpg : target.nodes) {
        const std::string_view tag = after(tpg.entry.name, "tpgt_");
        if (!tag.empty()) examine_tpg(fmt::format("/iscsi/{}/tpg{}", target.entry.name, tag), tpg);
      }
    }
  }

 private:
  void find(Weight weight, std::string object, std::string problem, std::string cure) {
    findings_.push_back({weight, std::move(object), std::move(problem), std::move(cure)});
  }

  void examine_disks(const Node& core) {
    for (const Node& hba : core.nodes) {
      for (const Node& disk : hba.nodes) {
        const std::string path = fmt::format("core/{}/{}", hba.entry.name, disk.entry.name);
        const std::string_view plugin = plugin_of_path(path);
        if (plugin.empty() || disk.entry.kind != EntryKind::directory) continue;
        if (plugin == "user") {
          examine_handler(disk);
        } else {
          examine_disk(fmt::format("/backstores/{}/{}", shell_plugin_name(plugin), disk.entry.name), plugin,
                       disk);
        }
      }
    }
  }

  /// Whether somebody serves a disk in user space.
  void examine_handler(const Node& disk) {
    const std::string config = info_field(disk.value("info"), "Config").value_or("");
    const std::string handler = config.substr(0, config.find('/'));
    if (handlers_ == nullptr || handler.empty()) return;
    if (!served_) {
      auto there = handlers_->list();
      if (!there) return;  // who serves it cannot be known: in a container it may be the host
      served_ = *std::move(there);
    }
    const bool serves = std::any_of(served_->begin(), served_->end(),
                                    [&](const UserHandler& one) { return one.name == handler; });
    if (serves) return;
    const std::string object = fmt::format("/backstores/user:{}/{}", handler, disk.entry.name);
    if (served_->empty()) {
      find(Weight::broken, object, "no tcmu-runner answers on the message bus: what uses it waits",
           "!systemctl start tcmu-runner");
    } else {
      find(Weight::broken, object,
           fmt::format("tcmu-runner runs without handler {}: what uses it waits", handler),
           "!systemctl restart tcmu-runner");
    }
  }

  void examine_disk(const std::string& object, std::string_view plugin, const Node& disk) {
    const std::string_view info = disk.value("info");
    if (info_field(info, "Status") == "DEGRADED") {
      find(Weight::broken, object,
           "its storage lost data that it had promised to keep; writes fail until it is opened again",
           fmt::format("restore {}", object));
    }
    if (plugin != "fileio") return;
    const bool cached = info.find("Buffered-WCE") != std::string_view::npos;
    const bool told = line_of(disk, "attrib/emulate_write_cache") == "1";
    if (cached && !told) {
      find(Weight::unsafe, object,
           "writes are cached and initiators are told they are not: what they believe stored may be lost",
           fmt::format("{} set attribute emulate_write_cache=1", object));
    }
  }

  void examine_discovery(const Node& auth) {
    const std::string_view user = line_of(auth, "userid");
    const bool given = !user.empty() && user != "NULL";
    if (!given || line_of(auth, "enforce_discovery_auth") == "1") return;
    find(Weight::unsafe, "/iscsi", "discovery has a secret that is not asked for",
         "/iscsi set discovery_auth enable=yes");
  }

  void examine_tpg(const std::string& path, const Node& tpg) {
    const bool enabled = line_of(tpg, "enable") == "1";
    const bool has_luns = has_children(tpg.find("lun"));
    const bool demo = line_of(tpg, "attrib/generate_node_acls") == "1";
    if (!enabled && has_luns) find(Weight::idle, path, "it has LUNs and is disabled", path + " enable");
    if (enabled && !has_children(tpg.find("np")))
      find(Weight::broken, path, "it has no portal: nobody can reach it", path + "/portals create");
    const bool open = demo && line_of(tpg, "attrib/authentication") != "1";
    if (open && line_of(tpg, "attrib/demo_mode_write_protect") != "1") {
      find(Weight::unsafe, path, "everybody may log in, without a secret, and write",
           path + " set attribute demo_mode_write_protect=1");
    }
    if (const Node* acls = tpg.find("acls")) {
      for (const Node& acl : acls->nodes) {
        if (acl.entry.kind == EntryKind::directory) examine_acl(path, tpg, acl);
      }
    }
  }

  void examine_acl(const std::string& tpg_path, const Node& tpg, const Node& acl) {
    const std::string path = fmt::format("{}/acls/{}", tpg_path, acl.entry.name);
    const std::string_view own = line_of(acl, "attrib/authentication");
    const bool asked =
        own == "1" || (own != "0" && line_of(tpg, "attrib/authentication") == "1") || own == "-1";
    if (has_secret(acl) && !asked) {
      find(Weight::unsafe, path, "a secret is set and not asked for: whoever uses this name gets in",
           path + " set attribute authentication=1");
    }
    const Node* first_lun = nullptr;
    if (const Node* luns = tpg.find("lun"); has_children(luns)) {
      for (const Node& lun : luns->nodes) {
        if (first_lun == nullptr && !after(lun.entry.name, "lun_").empty() && link_in(lun) != nullptr)
          first_lun = &lun;
      }
    }
    bool maps = false;
    for (const Node& mapped : acl.nodes) {
      const std::string_view number = after(mapped.entry.name, "lun_");
      if (number.empty()) continue;
      maps = true;
      const Node* link = link_in(mapped);
      if (link == nullptr || root_.at(link->entry.link_target) == nullptr)
        find(Weight::broken, fmt::format("{}/mapped_lun{}", path, number), "the LUN that it maps is gone",
             fmt::format("{} delete {}", path, number));
    }
    if (!maps) {
      find(Weight::idle, path, "its initiator may log in and sees no LUN",
           first_lun == nullptr
               ? fmt::format("{}/acls delete {}", tpg_path, acl.entry.name)
               : fmt::format("{} create 0 lun{}", path, after(first_lun->entry.name, "lun_")));
    }
  }

  const Node& root_;
  UserHandlers* handlers_;
  std::optional<std::vector<UserHandler>> served_ = {};  ///< once asked
  std::vector<Finding>& findings_;
};

/// "[::0]:3260" -> 3260.
std::uint16_t port_of(std::string_view portal) {
  const auto colon = portal.rfind(':');
  return static_cast<std::uint16_t>(
      colon == std::string_view::npos ? 0 : parse_unsigned(portal.substr(colon + 1)).value_or(0));
}

Finding of_difference(const Difference& difference) {
  const std::string object = shell_path(difference.object);
  Finding finding{Weight::broken, object, difference.text, {}};
  switch (difference.kind) {
    case SyncKind::pending: finding.cure = fmt::format("restore {}", object); break;
    case SyncKind::degraded:
      finding.cure = fmt::format("restore {}", object);
      if (difference.object.back().object_class == config::ObjectClass::portal) {
        const std::string holder = find_port_holder(port_of(difference.object.back().id));
        if (!holder.empty()) finding.problem += fmt::format("; the port is held by {}", holder);
      }
      break;
    case SyncKind::drift:
      finding.weight = Weight::unsafe;
      finding.cure = fmt::format("restore {}", object);
      break;
    case SyncKind::foreign:
      finding.weight = Weight::unsafe;
      finding.cure = fmt::format("adopt {}", object);
      break;
  }
  return finding;
}

}  // namespace

Result<std::vector<Finding>> examine(configfs::Tree& live, const Comparison& comparison,
                                     UserHandlers* handlers) {
  configfs::ReadFilter filter;
  filter.state = true;
  filter.files = {"authentication",
                  "demo_mode_write_protect",
                  "emulate_write_cache",
                  "enable",
                  "enforce_discovery_auth",
                  "generate_node_acls",
                  "info",
                  "userid"};
  const Node root = TRY(live.read_tree("", filter));
  std::vector<Finding> findings;
  for (const Difference& each : comparison.differences) {
    if (!each.object.empty()) findings.push_back(of_difference(each));
  }
  Examination(root, handlers, findings).run();
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.weight < b.weight; });
  return findings;
}

std::vector<Finding> examine_kernel(const std::string& sys) {
  std::vector<Finding> findings;
  const auto missing = [&](std::string_view module) {
    return ::access(fmt::format("{}/module/{}", sys, module).c_str(), F_OK) != 0;
  };
  for (const char* module : {"target_core_mod", "iscsi_target_mod"}) {
    if (missing(module))
      findings.push_back({Weight::broken, "/", fmt::format("the kernel module {} is not loaded", module),
                          fmt::format("!modprobe {}", module)});
  }
  if (::access((sys + "/kernel/config").c_str(), F_OK) != 0)
    findings.push_back(
        {Weight::broken, "/", "configfs is not mounted", "!mount -t configfs configfs /sys/kernel/config"});
  return findings;
}

}  // namespace lunet::service
