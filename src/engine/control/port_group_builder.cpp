// SPDX-License-Identifier: Apache-2.0
#include "engine/control/port_group_builder.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "engine/control/object_files.h"

namespace lunet::control {

namespace {

std::uint8_t supported_states(const ObjectFiles& files) {
  constexpr std::pair<const char*, std::uint8_t> bits[] = {
      {"alua_support_transitioning", 0x80},   {"alua_support_offline", 0x40},
      {"alua_support_lba_dependent", 0x10},   {"alua_support_unavailable", 0x08},
      {"alua_support_standby", 0x04},         {"alua_support_active_nonoptimized", 0x02},
      {"alua_support_active_optimized", 0x01}};
  std::uint8_t mask = 0;
  for (const auto& [file, bit] : bits) {
    if (files.flag(file)) mask |= bit;
  }
  return mask;
}

// "None", "Implicit", "Explicit", "Implicit and Explicit", or their number.
void set_access_type(const std::string& text, scsi::PortGroup& group) {
  group.by_target = text.starts_with("Implicit") || text == "1" || text == "3";
  group.by_command = text.ends_with("Explicit") || text == "2" || text == "3";
}

}  // namespace

std::uint16_t port_group_of(std::string_view text) {
  constexpr std::string_view label = "TG Port Group ID: ";
  const auto at = text.find(label);
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = text.substr(at + label.size());
  return static_cast<std::uint16_t>(parse_unsigned(trim(rest.substr(0, rest.find('\n')))).value_or(0));
}

std::uint16_t port_group_id(const std::string& group_path, const configfs::ModelView& view) {
  return static_cast<std::uint16_t>(parse_unsigned(view.value(group_path + "/tg_pt_gp_id")).value_or(0));
}

std::vector<scsi::PortGroup> build_port_groups(const std::string& disk_path,
                                               const configfs::ModelView& view) {
  std::vector<scsi::PortGroup> groups;
  const std::string folder = disk_path + "/alua";
  for (const std::string& name : view.directories(folder)) {
    const ObjectFiles files(view, fmt::format("{}/{}", folder, name));
    scsi::PortGroup group;
    group.id = static_cast<std::uint16_t>(files.number("tg_pt_gp_id", 0));
    const bool fallback = name == "default_tg_pt_gp";
    if (!fallback && group.id == 0) continue;  // without an id it is not there yet
    group.state = static_cast<scsi::AccessState>(files.number("alua_access_state", 0) & 0xF);
    group.supported = supported_states(files);
    group.preferred = files.flag("preferred");
    set_access_type(files.text("alua_access_type"), group);
    group.nonoptimized_delay_ms = files.number("nonop_delay_msecs", 100);
    group.transition_delay_ms = files.number("trans_delay_msecs", 0);
    group.implicit_transition_s = static_cast<std::uint8_t>(files.number("implicit_trans_secs", 0));
    groups.push_back(std::move(group));
  }
  if (groups.empty()) groups.emplace_back();
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return groups;
}

}  // namespace lunet::control
