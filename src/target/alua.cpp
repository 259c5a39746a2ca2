// SPDX-License-Identifier: Apache-2.0
#include "target/alua.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::target {
namespace {

using configfs::Operation;
using configfs::Verb;

constexpr std::string_view prefix = "group_";
constexpr std::string_view id_file = "tg_pt_gp_id";
constexpr std::string_view type_file = "alua_access_type";
constexpr std::string_view delay_file = "trans_delay_msecs";

const schema::Attribute* attribute_of(std::string_view file) {
  static const config::Path disk{{config::ObjectClass::storage, "fileio"}, {config::ObjectClass::disk, "d"}};
  const schema::Kind* kind = kind_of(disk);
  return kind == nullptr ? nullptr : kind->attribute("alua", fmt::format("group_1_{}", file));
}

bool is_default(std::string_view file, std::string_view value) {
  const schema::Attribute* known = attribute_of(file);
  if (known == nullptr) return false;
  const auto normal = shipped_schema().check_value(*known, value);
  return normal && known->kernel_default && *normal == *known->kernel_default;
}

/// As it is written; "" where nothing says what it is.
std::string value_of(const PortGroup& group, std::string_view file) {
  if (const auto value = group.values.find(file); value != group.values.end()) return value->second;
  const schema::Attribute* known = attribute_of(file);
  return known == nullptr || !known->kernel_default ? std::string()
                                                    : port_group_text(file, *known->kernel_default);
}

/// Writing a state is an implicit change, which the type may not have, nor have for that state; those that
/// initiators made are kept all the same.
std::vector<Operation> write_state(const std::string& directory, const PortGroup& group) {
  const auto recorded = group.values.find(access_state_file);
  std::string wanted = group.kept_state;
  if (wanted.empty() && recorded != group.values.end()) wanted = recorded->second;
  if (wanted.empty()) return {};
  constexpr std::string_view implicit = "1";
  const std::string file = fmt::format("{}/{}", directory, type_file);
  const std::string type = value_of(group, type_file);
  std::vector<Operation> operations{
      {Verb::write, fmt::format("{}/{}", directory, access_state_file), wanted}};
  if (type == implicit || (type == "3" && wanted != "4")) return operations;
  operations.insert(operations.begin(), {Verb::write, file, std::string(implicit)});
  operations.push_back({Verb::write, file, type});
  return operations;
}

}  // namespace

bool can_have(const PortGroup& group, std::string_view state) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> supports{
      {{"0", "alua_support_active_optimized"},
       {"1", "alua_support_active_nonoptimized"},
       {"2", "alua_support_standby"},
       {"3", "alua_support_unavailable"},
       {"4", "alua_support_lba_dependent"},
       {"14", "alua_support_offline"}}};
  return std::any_of(supports.begin(), supports.end(), [&](const auto& row) {
    return row.first == state && value_of(group, row.second) == "1";
  });
}

std::string port_group_text(std::string_view file, const std::string& value) {
  const schema::Attribute* known = attribute_of(file);
  if (known == nullptr) return value;
  auto normal = shipped_schema().check_value(*known, value);
  return normal ? schema::runtime_text(*known, "alua", *normal) : value;
}

std::pair<std::uint64_t, std::string_view> parse_group_value(std::string_view name) {
  if (!name.starts_with(prefix)) return {};
  const std::string_view rest = name.substr(prefix.size());
  const std::size_t end = rest.find('_');
  if (end == std::string_view::npos) return {};
  const auto id = parse_unsigned(rest.substr(0, end));
  if (!id) return {};
  return {*id, rest.substr(end + 1)};
}

std::vector<PortGroup> port_groups_of(const config::Object& disk) {
  std::map<std::uint64_t, PortGroup> groups;
  const auto alua = disk.groups.find("alua");
  if (alua == disk.groups.end()) return {};
  for (const auto& [name, value] : alua->second) {
    const auto [id, file] = parse_group_value(name);
    if (file.empty()) continue;
    PortGroup& group = groups[id];
    group.id = id;
    // What the runtime says of the last change is no value to set.
    if (file == "name") {
      group.name = value;
    } else if (file != "alua_access_status") {
      group.values[std::string(file)] = port_group_text(file, value);
    }
  }
  std::vector<PortGroup> list;
  for (auto& [id, group] : groups) {
    if (id == 0) group.name = default_port_group;
    if (!group.name.empty()) list.push_back(std::move(group));
  }
  return list;
}

std::vector<PortGroup> removed_groups(const config::Object& from, const config::Object& to) {
  std::vector<PortGroup> removed = port_groups_of(from);
  const std::vector<PortGroup> kept = port_groups_of(to);
  std::erase_if(removed, [&](const PortGroup& group) {
    return group.id == 0 || std::any_of(kept.begin(), kept.end(), [&](const PortGroup& other) {
             return other.id == group.id && other.name == group.name;
           });
  });
  return removed;
}

std::vector<Operation> make_group(const std::string& disk_directory, const PortGroup& group) {
  const std::string directory = fmt::format("{}/alua/{}", disk_directory, group.name);
  std::vector<Operation> operations;
  if (group.id != 0) {
    operations.push_back({Verb::make_dir, directory, ""});
    operations.push_back({Verb::write, fmt::format("{}/{}", directory, id_file), std::to_string(group.id)});
  }
  for (const auto& [file, value] : group.values) {
    if (file != access_state_file && file != write_metadata_file && file != delay_file)
      operations.push_back({Verb::write, fmt::format("{}/{}", directory, file), value});
  }
  // The state may be one that only the other values allow.
  for (Operation& operation : write_state(directory, group)) operations.push_back(std::move(operation));
  // Each change of the state takes as long from now on; and the state is kept: not before it is the right
  // one.
  if (const auto delay = group.values.find(delay_file); delay != group.values.end())
    operations.push_back({Verb::write, fmt::format("{}/{}", directory, delay_file), delay->second});
  if (const auto keeps = group.values.find(write_metadata_file); keeps != group.values.end())
    operations.push_back({Verb::write, fmt::format("{}/{}", directory, write_metadata_file), keeps->second});
  return operations;
}

void read_port_groups(const configfs::Node& disk_directory, config::Object& disk) {
  const configfs::Node* groups = disk_directory.find("alua");
  if (groups == nullptr) return;
  for (const configfs::Node& directory : groups->nodes) {
    const bool fixed = directory.entry.name == default_port_group;
    const auto id = fixed ? std::optional<std::uint64_t>(0) : parse_unsigned(trim(directory.value(id_file)));
    if (directory.entry.kind != configfs::EntryKind::directory || !id) continue;
    config::Attributes& values = disk.groups["alua"];
    if (!fixed) values[fmt::format("group_{}_name", *id)] = directory.entry.name;
    for (const configfs::Node& file : directory.nodes) {
      const bool value = file.entry.kind == configfs::EntryKind::file && (file.entry.mode & 0200) != 0 &&
                         file.errnum == 0 && file.entry.name != id_file;
      if (!value) continue;
      std::string text = written_text(file.entry.name, file.text);
      if (!fixed || !is_default(file.entry.name, text))
        values[fmt::format("group_{}_{}", *id, file.entry.name)] = std::move(text);
    }
  }
  if (disk.groups["alua"].empty()) disk.groups.erase("alua");
}

}  // namespace lunet::target
