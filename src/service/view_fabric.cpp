// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "base/text.h"
#include "service/view_parts.h"

namespace lunet::service {

using configfs::EntryKind;
using configfs::Node;

constexpr std::array<FabricShape, 10> shapes = {{
    {.name = "srpt", .group = "srpt", .acls = true, .hardware = true},
    {.name = "iscsi",
     .group = "iscsi",
     .tpgs = true,
     .acls = true,
     .auth = true,
     .portals = true,
     .named_wwns = true},
    {.name = "loopback", .group = "loopback", .nexus = true, .named_wwns = true},
    {.name = "qla2xxx", .group = "qla2xxx", .acls = true, .hardware = true},
    {.name = "efct", .group = "efct", .acls = true, .hardware = true},
    {.name = "sbp", .group = "sbp", .hardware = true},
    {.name = "tcm_fc", .group = "fc", .acls = true, .hardware = true},
    {.name = "vhost", .group = "vhost", .tpgs = true, .acls = true, .nexus = true, .named_wwns = true},
    {.name = "xen-pvscsi", .group = "xen-pvscsi", .tpgs = true, .nexus = true, .named_wwns = true},
    {.name = "ibmvscsis", .group = "ibmvscsis", .hardware = true},
}};

std::span<const FabricShape> fabric_shapes() {
  return shapes;
}

static std::string counted(std::string_view what, const ViewNode& view) {
  return fmt::format("{}: {}", what, view.children.size());
}

// Number after a prefix, "lun_3" -> "3"; "" when the name has another form.
static std::string_view number_of(std::string_view name, std::string_view prefix) {
  if (name.substr(0, prefix.size()) != prefix || !parse_unsigned(name.substr(prefix.size()))) return {};
  return name.substr(prefix.size());
}

// The kernel shows a secret that is not set as nothing or as NULL.
static bool has_credentials(const Node& node) {
  const auto given = [&](std::string_view file) {
    const std::string_view value = line_of(node, file);
    return !value.empty() && value != "NULL";
  };
  return given("auth/userid") && given("auth/password");
}

// On a socket that hides secrets (ruling 11) nobody can say whether they are set.
static bool credentials_hidden(const Node& node) {
  const Node* password = node.at("auth/password");
  return password != nullptr && password->errnum != 0;
}

static Health credentials_health(const Node& node) {
  if (credentials_hidden(node)) return Health::none;
  return has_credentials(node) ? Health::good : Health::bad;
}

static std::string_view auth_word(const Node& node) {
  return line_of(node, "auth/authenticate_target") == "1" ? "mutual auth" : "1-way auth";
}

static std::string alua_group_of(const Node& lun) {
  const std::string_view line = line_of(lun, "alua_tg_pt_gp");
  const auto colon = line.find(':');
  const std::string_view name = colon == std::string_view::npos ? "" : trim(line.substr(colon + 1));
  return name.empty() ? "None" : std::string(name);
}

// "fileio/d1" for a disk's path in the target tree.
static std::string disk_name(std::string_view configfs_path) {
  return fmt::format("{}/{}", shell_plugin_name(plugin_of_path(configfs_path)),
                     configfs_path.substr(configfs_path.rfind('/') + 1));
}

// In the legacy hierarchy "fileio0/d1".
static std::string shown_disk(std::string_view configfs_path, const Linked& linked) {
  if (linked.hierarchy == Hierarchy::plugins) return disk_name(configfs_path);
  const auto parts = split(configfs_path, '/');
  return fmt::format("{}/{}", shown_hba(parts[1]), parts[2]);
}

// Path of the disk a LUN directory exports; "" when the link is missing or leads nowhere.
static std::string_view exported_disk(const Node& lun, const Linked& linked) {
  const Node* link = link_in(lun);
  if (link == nullptr || plugin_of_path(link->entry.link_target).empty()) return {};
  return linked.root.at(link->entry.link_target) == nullptr ? std::string_view{} : link->entry.link_target;
}

static ViewNode view_lun(const Node& lun, const std::string& path, const Linked& linked) {
  const std::string_view number = number_of(lun.entry.name, "lun_");
  ViewNode view{
      NodeKind::lun, fmt::format("lun{}", number), "BROKEN STORAGE LINK", Health::bad, path, {}, {}};
  add_detail(view, "index", number);
  const std::string_view disk = exported_disk(lun, linked);
  if (disk.empty()) return view;
  const std::string group = alua_group_of(lun);
  const std::string file = disk_path(*linked.root.at(disk), plugin_of_path(disk));
  add_detail(view, "alias", link_in(lun)->entry.name);
  add_detail(view, "alua_tg_pt_gp_name", group == "None" ? "" : group);
  add_detail(view, "storage_object", "/backstores/" + disk_name(disk));
  if (linked.hierarchy == Hierarchy::hbas) {
    const bool ramdisk = plugin_of_path(disk) == "rd_mcp";
    view.summary = fmt::format("{} ({})", shown_disk(disk, linked), ramdisk ? "ramdisk" : file);
  } else {
    view.summary = fmt::format("{}{} ({})", disk_name(disk), file.empty() ? "" : " (" + file + ")", group);
  }
  view.health = Health::good;
  return view;
}

static ViewNode view_mapped_lun(const Node& mapped, const std::string& path, const Linked& linked) {
  const std::string_view number = number_of(mapped.entry.name, "lun_");
  ViewNode view{NodeKind::mapped_lun,
                fmt::format("mapped_lun{}", number),
                "BROKEN LUN LINK",
                Health::bad,
                path,
                {},
                {}};
  add_detail(view, "index", number);
  const Node* link = link_in(mapped);
  const Node* lun = link == nullptr ? nullptr : linked.root.at(link->entry.link_target);
  if (lun == nullptr) return view;
  const bool read_only = line_of(mapped, "write_protect") == "1";
  const std::string_view disk = exported_disk(*lun, linked);
  const std::string_view lun_number = number_of(lun->entry.name, "lun_");
  add_detail(view, "alias", link->entry.name);
  if (!disk.empty()) add_detail(view, "storage_object", "/backstores/" + disk_name(disk));
  add_detail(view, "tpg_lun", lun_number);
  add_detail(view, "write_protect", read_only ? "true" : "false");
  if (disk.empty()) return view;
  view.summary = fmt::format("lun{} {} ({})", lun_number, shown_disk(disk, linked), read_only ? "ro" : "rw");
  view.health = Health::good;
  return view;
}

// Whether any initiator is logged in through this ACL.
static bool has_session(const Node& acl) {
  const std::string_view info = line_of(acl, "info");
  return !info.empty() && info.substr(0, 9) != "No active";
}

struct TpgAuth {
  bool generate_acls = false;
  bool authentication = false;
};

static ViewNode view_acl(const Node& acl, const std::string& path, const Linked& linked,
                         const TpgAuth& auth) {
  ViewNode view{NodeKind::acl, acl.entry.name, {}, Health::none, path, {}, {}};
  add_detail(view, "node_wwn", acl.entry.name);
  if (has_session(acl)) add_detail(view, "session", "logged in");
  add_detail(view, "tag", line_of(acl, "tag"));
  add_detail(view, "tcq_depth", line_of(acl, "cmdsn_depth"));
  for (const Node& child : acl.nodes) {
    if (child.entry.kind != EntryKind::directory || number_of(child.entry.name, "lun_").empty()) continue;
    view.children.push_back(view_mapped_lun(child, path + "/" + child.entry.name, linked));
  }
  sort_children(view);
  std::vector<std::string> parts;
  if (auth.authentication && auth.generate_acls) parts.emplace_back("auth via tpg");
  if (auth.authentication && !auth.generate_acls) {
    parts.emplace_back(auth_word(acl));
    view.health = credentials_health(acl);
  }
  parts.push_back(counted("Mapped LUNs", view));
  view.summary = joined(parts);
  return view;
}

// "[::1]:3260" -> address and port.
static std::pair<std::string_view, std::string_view> portal_parts(std::string_view name) {
  const auto colon = name.rfind(':');
  if (colon == std::string_view::npos) return {name, {}};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

static ViewNode view_portal(const Node& portal, const std::string& path) {
  ViewNode view{NodeKind::portal, portal.entry.name, {}, Health::good, path, {}, {}};
  const auto [ip, port] = portal_parts(portal.entry.name);
  const bool iser = line_of(portal, "iser") == "1";
  const bool offload = line_of(portal, "cxgbit") == "1";
  add_detail(view, "ip_address", ip);
  add_detail(view, "iser", iser ? "true" : "false");
  add_detail(view, "offload", offload ? "true" : "false");
  std::vector<std::string> parts;
  if (iser) parts.emplace_back("iser");
  if (offload && !iser) parts.emplace_back("offload");
  const std::string_view real_port = line_of(portal, "port");
  if (port == "0" && !real_port.empty()) parts.push_back(fmt::format("port {}", real_port));
  add_detail(view, "port", port == "0" && !real_port.empty() ? real_port : port);
  view.summary = joined(parts);
  return view;
}

template <class MakeChild>
static ViewNode view_list(NodeKind kind, const Node* group, const std::string& path, MakeChild make_child) {
  ViewNode view{kind, {}, {}, Health::none, path, {}, {}};
  if (group != nullptr) {
    for (const Node& child : group->nodes) {
      if (child.entry.kind != EntryKind::directory) continue;
      view.children.push_back(make_child(child, path + "/" + child.entry.name));
    }
  }
  sort_children(view);
  return view;
}

static std::string detail(const ViewNode& view, std::string_view key) {
  for (const auto& [name, value] : view.details) {
    if (name == key) return value;
  }
  return {};
}

// ACLs of one tag are one node named by it, which shows what the first one has (features 3.7).
static void merge_tagged(ViewNode& acls) {
  std::map<std::string, std::vector<ViewNode>> groups;
  std::vector<ViewNode> shown;
  for (ViewNode& acl : acls.children) {
    const std::string tag = detail(acl, "tag");
    tag.empty() ? shown.push_back(std::move(acl)) : groups[tag].push_back(std::move(acl));
  }
  for (auto& [tag, members] : groups) {
    std::string names;
    bool logged_in = false;
    for (const ViewNode& member : members) {
      names += (names.empty() ? "" : ", ") + member.name;
      logged_in = logged_in || !detail(member, "session").empty();
    }
    ViewNode node = std::move(members.front());
    if (logged_in && detail(node, "session").empty()) add_detail(node, "session", "logged in");
    node.summary = members.size() > 1 ? fmt::format("(group of {}), {}", members.size(), node.summary)
                                      : fmt::format("({}), {}", node.name, node.summary);
    add_detail(node, "wwns", names);
    node.name = tag;
    shown.push_back(std::move(node));
  }
  acls.children = std::move(shown);
  sort_children(acls);
}

static void add_named(ViewNode& parent, ViewNode list, std::string_view name, std::string_view title) {
  list.name = name;
  list.summary = counted(title, list);
  parent.children.push_back(std::move(list));
}

static void set_tpg_summary(ViewNode& view, const FabricShape& shape, const Node& tpg, const TpgAuth& auth) {
  if (tpg.find("enable") != nullptr && line_of(tpg, "enable") != "1") {
    view.summary = "disabled";
    view.health = Health::bad;
    return;
  }
  std::vector<std::string> parts;
  if (shape.nexus) parts.emplace_back(line_of(tpg, "nexus"));
  if (shape.acls) parts.emplace_back(auth.generate_acls ? "gen-acls" : "no-gen-acls");
  if (shape.auth && !auth.authentication) {
    parts.emplace_back("no-auth");
    if (auth.generate_acls) view.health = Health::good;
  } else if (shape.auth && !auth.generate_acls) {
    parts.emplace_back("auth per-acl");
  } else if (shape.auth) {
    parts.emplace_back("tpg-auth");
    parts.emplace_back(auth_word(tpg));
    view.health = credentials_health(tpg);
  }
  std::erase(parts, "");
  view.summary = joined(parts);
}

// `dynamic_sessions` lists one name a line and may end in NUL.
static std::string dynamic_sessions_of(const Node& tpg) {
  std::vector<std::string> names;
  std::string text(tpg.value("dynamic_sessions"));
  std::replace(text.begin(), text.end(), '\0', '\n');
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) names.emplace_back(trim(line));
  }
  return joined(names);
}

static void fill_tpg(ViewNode& view, const FabricShape& shape, const Node& tpg, const Linked& linked) {
  const TpgAuth auth{line_of(tpg, "attrib/generate_node_acls") == "1",
                     line_of(tpg, "attrib/authentication") == "1"};
  set_tpg_summary(view, shape, tpg, auth);
  add_detail(view, "dynamic_sessions", dynamic_sessions_of(tpg));
  add_detail(view, "enable",
             tpg.find("enable") == nullptr || line_of(tpg, "enable") == "1" ? "true" : "false");
  if (shape.nexus) add_detail(view, "nexus", line_of(tpg, "nexus"));
  add_detail(view, "tag", number_of(tpg.entry.name, "tpgt_"));
  const std::string& path = view.configfs_path;
  if (shape.acls) {
    ViewNode acls =
        view_list(NodeKind::acls, tpg.find("acls"), path + "/acls",
                  [&](const Node& acl, const std::string& at) { return view_acl(acl, at, linked, auth); });
    merge_tagged(acls);
    add_named(view, std::move(acls), "acls", "ACLs");
  }
  add_named(view,
            view_list(NodeKind::luns, tpg.find("lun"), path + "/lun",
                      [&](const Node& lun, const std::string& at) { return view_lun(lun, at, linked); }),
            "luns", "LUNs");
  if (shape.portals) {
    add_named(view, view_list(NodeKind::portals, tpg.find("np"), path + "/np", view_portal), "portals",
              "Portals");
  }
}

// iqn.2003-01.org.example:x, naa. and 16, eui. and 16 hexadecimal digits; a rough check for the eye.
static bool is_valid_wwn(std::string_view wwn) {
  const auto all = [](std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
  };
  constexpr std::string_view hex = "0123456789abcdef";
  if (wwn.substr(0, 4) == "naa." || wwn.substr(0, 4) == "eui.")
    return wwn.size() == 20 && all(wwn.substr(4), hex);
  if (wwn.substr(0, 4) != "iqn." || wwn.size() < 14) return false;
  const std::string_view date = wwn.substr(4, 8);
  return all(date.substr(0, 4), "0123456789") && date[4] == '-' && all(date.substr(5, 2), "0123456789") &&
         date[7] == '.' && wwn.find_first_of(" _") == std::string_view::npos;
}

static void add_tpgs(ViewNode& view, const FabricShape& shape, const Node& target, const Linked& linked) {
  for (const Node& tpg : target.nodes) {
    const std::string_view tag = number_of(tpg.entry.name, "tpgt_");
    if (tag.empty()) continue;
    const std::string path = view.configfs_path + "/" + tpg.entry.name;
    ViewNode tpg_view{NodeKind::tpg, fmt::format("tpg{}", tag), {}, Health::none, path, {}, {}};
    fill_tpg(tpg_view, shape, tpg, linked);
    view.children.push_back(std::move(tpg_view));
  }
  sort_children(view);
  view.summary = counted("TPGs", view);
}

static ViewNode view_target(const FabricShape& shape, const Node& target, const std::string& path,
                            const Linked& linked) {
  ViewNode view{NodeKind::target, target.entry.name, {}, Health::none, path, {}, {}};
  add_detail(view, "fabric", shape.name);
  add_detail(view, "wwn", target.entry.name);
  if (shape.tpgs) {
    add_tpgs(view, shape, target, linked);
  } else if (const Node* tpg = target.find("tpgt_1")) {
    view.kind = NodeKind::tpg;
    view.configfs_path += "/tpgt_1";
    fill_tpg(view, shape, *tpg, linked);
  }
  if (shape.named_wwns && !is_valid_wwn(target.entry.name)) {
    view.summary = "INVALID WWN";
    view.health = Health::bad;
  }
  return view;
}

static void set_fabric_summary(ViewNode& view, const FabricShape& shape, const Node& group) {
  view.summary = counted("Targets", view);
  const Node* auth = group.find("discovery_auth");
  if (!shape.auth || auth == nullptr || line_of(*auth, "enforce_discovery_auth") != "1") return;
  const auto given = [&](std::string_view file) {
    const std::string_view value = line_of(*auth, file);
    return !value.empty() && value != "NULL";
  };
  const bool mutual = line_of(*auth, "authenticate_target") == "1";
  view.summary = fmt::format("{} disc auth, {}", mutual ? "mutual" : "1-way", view.summary);
  const Node* password = auth->find("password");
  if (password != nullptr && password->errnum != 0) return;
  view.health = given("userid") && given("password") ? Health::good : Health::bad;
}

ViewNode view_fabric(const FabricShape& shape, const Node* group, const Linked& linked) {
  ViewNode view{NodeKind::fabric, std::string(shape.name), "Targets: 0", Health::none, {}, {}, {}};
  add_detail(view, "configfs_path", fmt::format("/sys/kernel/config/target/{}", shape.group));
  add_detail(view, "name", shape.name);
  if (group == nullptr) return view;
  view.configfs_path = shape.group;
  for (const std::string_view file : {"lio_version", "version"}) {
    if (group->find(file) != nullptr) add_detail(view, "version", line_of(*group, file));
  }
  for (const Node& target : group->nodes) {
    if (target.entry.kind != EntryKind::directory || target.entry.name == "discovery_auth") continue;
    const std::string path = fmt::format("{}/{}", shape.group, target.entry.name);
    view.children.push_back(view_target(shape, target, path, linked));
  }
  sort_children(view);
  set_fabric_summary(view, shape, *group);
  return view;
}

}  // namespace lunet::service
