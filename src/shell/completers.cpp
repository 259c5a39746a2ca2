// SPDX-License-Identifier: Apache-2.0
#include "shell/completers.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "shell/shell.h"

namespace lunet::shell {

using service::NodeKind;
using Names = std::vector<std::string>;

static Names names_below(const Place& place, Session& session) {
  auto names = session.runtime.child_names(place, hierarchy_of(place, session));
  return names ? *std::move(names) : Names{};
}

// Whether what stands below can have children itself; the path of others ends with a blank, not with a slash.
static bool has_leaves(NodeKind parent) {
  switch (parent) {
    case NodeKind::alua_list:
    case NodeKind::luns:
    case NodeKind::acl:
    case NodeKind::portals: return true;
    default: return false;
  }
}

Names paths_for(const Place& from, std::string_view word, Session& session) {
  const auto slash = word.rfind('/');
  const std::string base(slash == std::string_view::npos ? "" : word.substr(0, slash + 1));
  auto place = base.empty() ? Result<Place>(from) : follow_word_from(from, base, session);
  Names paths;
  if (!place) return paths;
  const std::string end = has_leaves(place->kind) ? "" : "/";
  for (const std::string& name : names_below(*place, session))
    paths.push_back(std::string(base).append(name).append(end));
  return paths;
}

Names complete_path(const Wanted& wanted) {
  Names paths = paths_for(wanted.place, wanted.text, wanted.session);
  for (const auto& [name, path] : wanted.session.bookmarks.all()) paths.push_back("@" + name);
  return paths;
}

Names complete_cd(const Wanted& wanted) {
  Names paths = complete_path(wanted);
  paths.insert(paths.end(), {"<", ">", "-", "..", "/"});
  return paths;
}

Names complete_child(const Wanted& wanted) {
  return names_below(wanted.place, wanted.session);
}

Names complete_hba(const Wanted& wanted) {
  auto names = wanted.session.runtime.child_names(wanted.place, service::Hierarchy::hbas);
  return names ? *std::move(names) : Names{};
}

Names complete_plugin(const Wanted& /*wanted*/) {
  return {"fileio", "iblock", "pscsi", "rd_mcp"};
}

Names complete_disk(const Wanted& wanted) {
  auto paths = wanted.session.runtime.disk_paths(hierarchy_of({}, wanted.session));
  return paths ? *std::move(paths) : Names{};
}

static std::vector<service::ExportedDisk> exported(const Wanted& wanted) {
  auto disks =
      wanted.session.runtime.exported_disks(wanted.place, hierarchy_of(wanted.place, wanted.session));
  return disks ? *std::move(disks) : std::vector<service::ExportedDisk>{};
}

Names complete_new_lun(const Wanted& wanted) {
  std::set<std::string, std::less<>> taken;
  for (service::ExportedDisk& each : exported(wanted)) taken.insert(std::move(each.disk));
  Names paths = complete_disk(wanted);
  std::erase_if(paths, [&](const std::string& path) { return taken.contains(path); });
  return paths;
}

// The first few numbers that are not in `used`.
static Names free_numbers(const std::set<std::uint16_t>& used) {
  constexpr std::size_t wanted_count = 5;
  Names numbers;
  for (std::uint16_t number = 0; numbers.size() < wanted_count && number < UINT16_MAX; ++number) {
    if (!used.contains(number)) numbers.push_back(std::to_string(number));
  }
  return numbers;
}

Names complete_free_lun(const Wanted& wanted) {
  std::set<std::uint16_t> used;
  for (const service::ExportedDisk& each : exported(wanted)) used.insert(each.lun);
  return free_numbers(used);
}

Names complete_tpg_lun(const Wanted& wanted) {
  Names names;
  for (const service::ExportedDisk& each : exported(wanted)) names.push_back(fmt::format("lun{}", each.lun));
  for (service::ExportedDisk& each : exported(wanted)) {
    if (!each.disk.empty()) names.push_back(std::move(each.disk));
  }
  return names;
}

Names complete_free_mapped(const Wanted& wanted) {
  std::set<std::uint16_t> used;
  for (const std::string& name : names_below(wanted.place, wanted.session)) {
    if (const auto number = parse_numbered(name, "mapped_lun")) used.insert(*number);
  }
  return free_numbers(used);
}

static std::pair<std::string, std::string> address_and_port(const std::string& portal) {
  const auto colon = portal.rfind(':');
  return {portal.substr(0, colon), portal.substr(colon + 1)};
}

static std::string without_brackets(const std::string& ip) {
  return ip.starts_with('[') && ip.ends_with(']') ? ip.substr(1, ip.size() - 2) : ip;
}

Names complete_portal_ip(const Wanted& wanted) {
  std::set<std::string> addresses;
  const std::string port = wanted.given.text("port");
  for (const std::string& portal : names_below(wanted.place, wanted.session)) {
    const auto [ip, own_port] = address_and_port(portal);
    if (port.empty() || port == own_port) addresses.insert(without_brackets(ip));
  }
  return {addresses.begin(), addresses.end()};
}

Names complete_portal_port(const Wanted& wanted) {
  std::set<std::string> ports;
  const std::string ip = without_brackets(wanted.given.text("ip"));
  for (const std::string& portal : names_below(wanted.place, wanted.session)) {
    const auto [own_ip, port] = address_and_port(portal);
    if (ip.empty() || ip == without_brackets(own_ip)) ports.insert(port);
  }
  return {ports.begin(), ports.end()};
}

// Of the fabric's ACLs, but those at `except`.
static std::set<std::string> known_initiators(const Wanted& wanted, const std::string& fabric_name,
                                              const std::string& except) {
  std::set<std::string> known;
  const auto fabric = follow_path({}, "/" + fabric_name);
  if (!fabric) return known;
  for (const std::string& target : names_below(*fabric, wanted.session)) {
    const auto target_place = child_of(*fabric, target);
    if (!target_place) continue;
    for (const std::string& tpg : names_below(*target_place, wanted.session)) {
      const auto acls = follow_path(*target_place, tpg + "/acls");
      if (!acls || acls->path == except) continue;
      for (std::string& name : names_below(*acls, wanted.session)) known.insert(std::move(name));
    }
  }
  return known;
}

Names complete_any_initiator(const Wanted& wanted) {
  const std::set<std::string> known = known_initiators(wanted, "iscsi", "");
  return {known.begin(), known.end()};
}

Names complete_initiator(const Wanted& wanted) {
  std::set<std::string> known = known_initiators(wanted, wanted.place.fabric, wanted.place.path);
  for (const std::string& here : names_below(wanted.place, wanted.session)) known.erase(here);
  return {known.begin(), known.end()};
}

Names complete_disk_or_file(const Wanted& wanted) {
  Names names = complete_disk(wanted);
  for (std::string& file : complete_file(wanted)) names.push_back(std::move(file));
  return names;
}

Names complete_command(const Wanted& wanted) {
  std::set<std::string> names;
  for (const Command& command : wanted.session.table) {
    if (is_offered(command, wanted.place, wanted.session)) names.emplace(command.name);
  }
  return {names.begin(), names.end()};
}

Names values_for(const Parameter& parameter, const Wanted& wanted) {
  if (parameter.complete != nullptr) return parameter.complete(wanted);
  switch (parameter.type) {
    case ParameterType::boolean: return {"true", "false"};
    case ParameterType::storage_object: return complete_disk(wanted);
    case ParameterType::disk_or_file: return complete_disk_or_file(wanted);
    case ParameterType::path: return complete_path(wanted);
    default: break;
  }
  return {};
}

}  // namespace lunet::shell
