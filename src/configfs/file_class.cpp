// SPDX-License-Identifier: Apache-2.0
#include "configfs/file_class.h"

#include <algorithm>
#include <array>

#include "configfs/path.h"

namespace lunet::configfs {
namespace {

using namespace std::string_view_literals;

// Writable files that are not configuration. The others that are writable are.
constexpr std::array state_files = {
    "alua_access_state"sv,   // changed by initiators (SET TARGET PORT GROUPS)
    "alua_access_status"sv,  //
    "alua_tg_pt_offline"sv,  // the same for one port
    "alua_tg_pt_status"sv,   //
    "transport_status"sv,
};
constexpr std::array action_files = {
    "control"sv,             // a command channel; what it set shows in info
    "res_aptpl_metadata"sv,  // feeds saved registrations in; reads as a fixed sentence
    "pi_prot_format"sv,      // formats; always reads 0
};

template <std::size_t size>
bool has(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_counter_part(std::string_view path) {
  while (!path.empty()) {
    path = parent_path(path);
    if (is_counter_directory(base_name(path))) return true;
  }
  return false;
}

}  // namespace

bool is_counter_directory(std::string_view name) {
  return name == "statistics" || name == "fabric_statistics";
}

FileClass classify_file(std::string_view path, std::uint16_t mode) {
  const std::string_view name = base_name(path);
  if (has(action_files, name)) return FileClass::action;
  if (has_counter_part(path)) return FileClass::counter;
  if (has(state_files, name) || (mode & 0222) == 0) return FileClass::state;
  return (mode & 0444) == 0 ? FileClass::action : FileClass::config;
}

bool is_secret(std::string_view path) {
  const std::string_view group = base_name(parent_path(path));
  if (group == "auth") return true;
  const std::string_view name = base_name(path);
  return group == "discovery_auth" && (name.starts_with("userid") || name.starts_with("password"));
}

bool passes_filter(std::string_view path, std::uint16_t mode, const ReadFilter& filter) {
  if (!filter.wants(base_name(path)) || (!filter.secrets && is_secret(path))) return false;
  switch (classify_file(path, mode)) {
    case FileClass::config: return true;
    case FileClass::state: return filter.state;
    case FileClass::counter: return filter.counters;
    case FileClass::action: return false;
  }
  return false;
}

}  // namespace lunet::configfs
