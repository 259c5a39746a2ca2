// SPDX-License-Identifier: Apache-2.0
#include "shell/place.h"

#include <fmt/core.h>

#include <limits>
#include <vector>

#include "base/text.h"
#include "shell/suggest.h"

namespace lunet::shell {

using service::NodeKind;

std::string_view plugin_from_name(std::string_view name) {
  if (name == "block" || name == "iblock") return "iblock";
  if (name == "ramdisk" || name == "rd_mcp") return "rd_mcp";
  return name == "fileio" || name == "pscsi" ? name : std::string_view{};
}

static std::string_view plugin_shown(std::string_view plugin) {
  if (plugin == "iblock") return "block";
  return plugin == "rd_mcp" ? "ramdisk" : plugin;
}

Result<std::uint16_t> parse_numbered(std::string_view text, std::string_view prefix) {
  std::string_view digits = text;
  if (to_lower(text.substr(0, prefix.size())) == prefix) digits.remove_prefix(prefix.size());
  const auto number = parse_unsigned(digits);
  if (!number || *number > std::numeric_limits<std::uint16_t>::max()) {
    return Error{EINVAL, fmt::format("'{}' is not a number from 0 to 65535", text),
                 fmt::format("write N or {}N, for example {}1", prefix, prefix)};
  }
  return static_cast<std::uint16_t>(*number);
}

static Error no_such_path(const std::string& path, std::string_view hint) {
  return {ENOENT, fmt::format("no such path {}", path), std::string(hint)};
}

static const service::FabricShape* shape_of(std::string_view fabric) {
  for (const service::FabricShape& shape : service::fabric_shapes()) {
    if (shape.name == fabric) return &shape;
  }
  return nullptr;
}

namespace {

/// One step of a path: the place it starts from and the name to enter.
struct Step {
  Place place;  ///< becomes the place entered
  std::string_view name;
  std::string full;  ///< whole path as typed, for errors

  Result<Place> entered(NodeKind kind, std::string_view shown) {
    place.kind = kind;
    place.path += (place.path == "/" ? "" : "/") + std::string(shown);
    return std::move(place);
  }
  [[nodiscard]] Error unknown(const std::vector<std::string>& names) const {
    return no_such_path(full, did_you_mean(name, names));
  }
};

}  // namespace

static Result<Place> enter_root(Step step) {
  std::vector<std::string> names = {"backstores"};
  if (step.name == "backstores") return step.entered(NodeKind::backstores, step.name);
  for (const service::FabricShape& shape : service::fabric_shapes()) {
    names.emplace_back(shape.name);
    if (shape.name != step.name) continue;
    step.place.fabric = shape.name;
    return step.entered(NodeKind::fabric, step.name);
  }
  return step.unknown(names);
}

// "fileio0" of the legacy hierarchy.
static bool enter_hba(Step& step) {
  const auto letters = step.name.find_last_not_of("0123456789");
  if (letters == std::string_view::npos) return false;
  const std::string_view prefix = step.name.substr(0, letters + 1);
  const std::string_view plugin = prefix == "user" ? prefix : plugin_from_name(prefix);
  const auto number = parse_unsigned(step.name.substr(letters + 1));
  if (plugin.empty() || !number || *number > std::numeric_limits<unsigned>::max()) return false;
  step.place.plugin = plugin;
  step.place.hba = static_cast<unsigned>(*number);
  return true;
}

static Result<Place> enter_backstores(Step step) {
  // Disks in user space stand under the program that serves them: user:qcow.
  if (step.name == "user" || step.name.starts_with("user:")) {
    step.place.plugin = "user";
    if (step.name.size() > 5) step.place.handler = step.name.substr(5);
    return step.entered(NodeKind::plugin, step.name);
  }
  if (enter_hba(step))
    return step.entered(NodeKind::hba, fmt::format("{}{}", step.place.plugin, *step.place.hba));
  step.place.plugin = plugin_from_name(step.name);
  if (step.place.plugin.empty()) {
    return step.unknown({"block", "fileio", "pscsi", "ramdisk", "iblock", "rd_mcp"});
  }
  const std::string shown(plugin_shown(step.place.plugin));
  return step.entered(NodeKind::plugin, shown);
}

static Result<Place> enter_disk(Step step) {
  if (step.place.hba) {
    return no_such_path(step.full,
                        fmt::format("the port groups of a disk are at {}/alua", by_plugin(step.place).path));
  }
  if (step.name != "alua") return step.unknown({"alua"});
  return step.entered(NodeKind::alua_list, step.name);
}

static Result<Place> enter_fabric(Step step) {
  const service::FabricShape* shape = shape_of(step.place.fabric);
  step.place.target = step.name;
  if (shape != nullptr && shape->tpgs) return step.entered(NodeKind::target, step.name);
  step.place.tag = 1;
  return step.entered(NodeKind::tpg, step.name);
}

static Result<Place> enter_target(Step step) {
  std::string_view prefix = "tpg";
  for (const std::string_view other : {"tpgt_", "tpgt"}) {
    if (step.name.substr(0, other.size()) == other) {
      prefix = other;
      break;
    }
  }
  const auto tag = parse_numbered(step.name, prefix);
  if (!tag) return no_such_path(step.full, "a TPG is named tpg1, tpg2, ...");
  step.place.tag = *tag;
  return step.entered(NodeKind::tpg, fmt::format("tpg{}", *tag));
}

static Result<Place> enter_tpg(Step step) {
  if (step.name == "luns") return step.entered(NodeKind::luns, step.name);
  if (step.name == "acls") return step.entered(NodeKind::acls, step.name);
  if (step.name == "portals") return step.entered(NodeKind::portals, step.name);
  return step.unknown({"luns", "acls", "portals"});
}

static Result<Place> enter_luns(Step step) {
  const auto number = parse_numbered(step.name, "lun");
  if (!number) return no_such_path(step.full, "a LUN is named lun0, lun1, ...");
  step.place.lun = *number;
  return step.entered(NodeKind::lun, fmt::format("lun{}", *number));
}

static Result<Place> enter_acl(Step step) {
  auto number = parse_numbered(step.name, "mapped_lun");
  if (!number) number = parse_numbered(step.name, "lun");
  if (!number) return no_such_path(step.full, "a mapped LUN is named mapped_lun0, mapped_lun1, ...");
  step.place.lun = *number;
  return step.entered(NodeKind::mapped_lun, fmt::format("mapped_lun{}", *number));
}

static Result<Place> enter_portals(Step step) {
  const auto colon = step.name.rfind(':');
  const auto port =
      colon == std::string_view::npos ? std::nullopt : parse_unsigned(step.name.substr(colon + 1));
  if (!port || *port > std::numeric_limits<std::uint16_t>::max() || colon == 0) {
    return no_such_path(step.full, "a portal is named IP:PORT, with IPv6 as in [::1]:3260");
  }
  step.place.ip = step.name.substr(0, colon);
  if (step.place.ip.find(':') != std::string::npos && step.place.ip[0] != '[') {
    step.place.ip = "[" + step.place.ip + "]";
  }
  step.place.port = static_cast<std::uint16_t>(*port);
  return step.entered(NodeKind::portal, fmt::format("{}:{}", step.place.ip, *port));
}

static Result<Place> enter(Step step) {
  switch (step.place.kind) {
    case NodeKind::root: return enter_root(std::move(step));
    case NodeKind::backstores: return enter_backstores(std::move(step));
    case NodeKind::hba:
    case NodeKind::plugin: step.place.disk = step.name; return step.entered(NodeKind::disk, step.name);
    case NodeKind::disk: return enter_disk(std::move(step));
    case NodeKind::alua_list:
      step.place.alua_group = step.name;
      return step.entered(NodeKind::alua_group, step.name);
    case NodeKind::fabric: return enter_fabric(std::move(step));
    case NodeKind::target: return enter_target(std::move(step));
    case NodeKind::tpg: return enter_tpg(std::move(step));
    case NodeKind::luns: return enter_luns(std::move(step));
    case NodeKind::acls: step.place.acl = step.name; return step.entered(NodeKind::acl, step.name);
    case NodeKind::acl: return enter_acl(std::move(step));
    case NodeKind::portals: return enter_portals(std::move(step));
    case NodeKind::alua_group:
    case NodeKind::lun:
    case NodeKind::mapped_lun:
    case NodeKind::portal: break;
  }
  return no_such_path(step.full, fmt::format("{} has no nodes below it", step.place.path));
}

Result<Place> follow_path(const Place& from, std::string_view path) {
  std::vector<std::string_view> names;
  if (path.empty() || path.front() != '/') {
    for (const std::string_view name : split(from.path, '/')) names.push_back(name);
  }
  for (const std::string_view name : split(path, '/')) {
    if (name == "..") {
      while (!names.empty() && names.back().empty()) names.pop_back();
      if (!names.empty()) names.pop_back();
    } else if (name != ".") {
      names.push_back(name);
    }
  }
  std::erase(names, std::string_view{});
  std::string full;
  for (const std::string_view name : names) full.append("/").append(name);
  Place place;
  for (const std::string_view name : names) place = TRY(enter({std::move(place), name, full}));
  return place;
}

Place by_plugin(const Place& place) {
  if (!place.hba || place.disk.empty()) return place;
  Place other = place;
  other.hba.reset();
  other.path = fmt::format("/backstores/{}/{}", plugin_shown(place.plugin), place.disk);
  return other;
}

Result<Place> child_of(const Place& parent, std::string_view name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos) {
    return Error{EINVAL, fmt::format("'{}' is not a name in {}", name, parent.path),
                 "write the name alone, without a path"};
  }
  return follow_path(parent, name);
}

config::Path config_path(const Place& place) {
  using config::ObjectClass;
  if (place.kind == NodeKind::disk)
    return {{ObjectClass::storage, place.plugin}, {ObjectClass::disk, place.disk}};
  config::Path path;
  if (place.fabric.empty()) return path;
  path.push_back({ObjectClass::fabric, place.fabric});
  if (place.kind == NodeKind::fabric) return path;
  path.push_back({ObjectClass::target, place.target});
  if (place.kind == NodeKind::target) return path;
  // Without TPGs the target itself has the LUNs.
  const service::FabricShape* shape = shape_of(place.fabric);
  if (shape != nullptr && shape->tpgs) path.push_back({ObjectClass::tpgt, std::to_string(place.tag)});
  switch (place.kind) {
    case NodeKind::tpg: return path;
    case NodeKind::lun: path.push_back({ObjectClass::lun, std::to_string(place.lun)}); return path;
    case NodeKind::portal:
      path.push_back({ObjectClass::portal, fmt::format("{}:{}", place.ip, place.port)});
      return path;
    case NodeKind::mapped_lun:
      path.push_back({ObjectClass::acl, place.acl});
      path.push_back({ObjectClass::mapped_lun, std::to_string(place.lun)});
      return path;
    case NodeKind::acl: path.push_back({ObjectClass::acl, place.acl}); return path;
    default: return {};
  }
}

std::string_view kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::root: return "root";
    case NodeKind::backstores: return "backstores";
    case NodeKind::plugin: return "plugin";
    case NodeKind::hba: return "hba";
    case NodeKind::disk: return "disk";
    case NodeKind::alua_list: return "alua_list";
    case NodeKind::alua_group: return "alua_group";
    case NodeKind::fabric: return "fabric";
    case NodeKind::target: return "target";
    case NodeKind::tpg: return "tpg";
    case NodeKind::luns: return "luns";
    case NodeKind::lun: return "lun";
    case NodeKind::acls: return "acls";
    case NodeKind::acl: return "acl";
    case NodeKind::mapped_lun: return "mapped_lun";
    case NodeKind::portals: return "portals";
    case NodeKind::portal: return "portal";
  }
  return "";
}

}  // namespace lunet::shell
