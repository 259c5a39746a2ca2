// SPDX-License-Identifier: Apache-2.0
// A disk's target port groups (features 4.7): the values group_N_* of its group "alua" against the
// directories alua/NAME with tg_pt_gp_id N.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/tree.h"
#include "configfs/tree.h"
#include "target/target.h"

namespace lunet::target {

/// The group that every disk has; its number is 0.
inline constexpr std::string_view default_port_group = "default_tg_pt_gp";
/// Files of a group: its state, and whether the kernel keeps that (kept_states.h).
inline constexpr std::string_view access_state_file = "alua_access_state";
inline constexpr std::string_view write_metadata_file = "alua_write_metadata";

struct PortGroup {
  std::uint64_t id = 0;
  std::string name;
  std::map<std::string, std::string, std::less<>> values;  ///< by file, as they are written
  std::string kept_state = {};  ///< goes before the one of `values` (kept_states.h); "" for none
};
/// Whether the runtime takes the state for a group with those values.
bool can_have(const PortGroup& group, std::string_view state);
/// By number. Values of numbers without a name are left out, but for number 0.
std::vector<PortGroup> port_groups_of(const config::Object& disk);
/// `group_16_preferred` as 16 and "preferred"; 0 and "" for other names.
std::pair<std::uint64_t, std::string_view> parse_group_value(std::string_view name);

/// What the group's file takes for the value.
std::string port_group_text(std::string_view file, const std::string& value);
/// What of the groups of `from` goes when the disk becomes `to`: gone, or of another name or number.
std::vector<PortGroup> removed_groups(const config::Object& from, const config::Object& to);

/// Operations that make the group in the disk's directory; of the default group: that set its values.
std::vector<configfs::Operation> make_group(const std::string& disk_directory, const PortGroup& group);

/// From the live tree's directory of a disk; of the default group only what is not as a fresh one reads.
void read_port_groups(const configfs::Node& disk_directory, config::Object& disk);

}  // namespace lunet::target
