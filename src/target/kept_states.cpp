// SPDX-License-Identifier: Apache-2.0
#include "target/kept_states.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/text.h"
#include "target/changes.h"
#include "target/dbroot.h"
#include "target/names.h"

namespace lunet::target {
namespace {

namespace fs = std::filesystem;
using config::ObjectClass;
using config::Path;

constexpr std::string_view lun_switch = "alua_tg_pt_write_md";

/// Of one component of a path, which leads neither up nor further down.
bool is_plain(std::string_view name) {
  constexpr std::size_t longest = 255;
  return !name.empty() && name.size() <= longest && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

/// The target's name as the kernel's driver gives it, which is not always the directory's.
std::string endpoint_name(std::string_view fabric, std::string_view directory) {
  std::string name(directory);
  const auto without = [&](std::string_view prefix) {
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  };
  if (fabric == "loopback" || fabric == "vhost" || fabric == "xen-pvscsi") return without("fc.");
  if (fabric == "usb_gadget") return without("naa.");
  if (fabric == "qla2xxx") std::erase(name, ':');
  return fabric == "qla2xxx" || fabric == "efct" ? "naa." + name : name;
}

/// The values of the lines NAME=VALUE, which are these names in this order and whole.
template <std::size_t count>
std::optional<std::array<std::uint64_t, count>> values_in(std::string_view text,
                                                          const std::array<std::string_view, count>& names) {
  text = text.substr(0, text.find('\0'));
  std::array<std::uint64_t, count> values{};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || !text.starts_with(names[i])) return std::nullopt;
    std::string_view value = text.substr(names[i].size(), end - names[i].size());
    const bool hex = value.starts_with("=0x");
    if (!value.starts_with('=')) return std::nullopt;
    value.remove_prefix(hex ? 3 : 1);
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), values[i], hex ? 16 : 10);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return text.empty() ? std::optional(values) : std::nullopt;
}

bool keeps_state(const PortGroup& group) {
  const auto found = group.values.find(write_metadata_file);
  return found != group.values.end() && found->second == "1";
}

std::string recorded_state(const config::Object& disk, const PortGroup& group) {
  for (const PortGroup& each : port_groups_of(disk)) {
    const auto state = each.values.find(access_state_file);
    if (each.name == group.name && state != each.values.end()) return state->second;
  }
  return {};
}

/// Files of objects, and the folders they are in.
struct StateFiles {
  std::map<std::string, std::string>
      files;                            ///< the file of the running object that has the state, by its own
  std::map<std::string, Path> folders;  ///< whose they are: a disk, a portal group

  void add(const config::Tree& tree, const config::Object& object, Path& path) {
    if (path.back().object_class == ObjectClass::disk) add_disk(tree, object, path);
    if (path.back().object_class == ObjectClass::lun) add_lun(tree, object, path);
    for (const auto& [key, child] : object.children) {
      path.push_back(key);
      add(tree, child, path);
      path.pop_back();
    }
  }
  void add_disk(const config::Tree& tree, const config::Object& disk, const Path& path) {
    for (const PortGroup& group : port_groups_of(disk)) {
      const auto directory = keeps_state(group) ? directory_of(tree, path) : Result<std::string>("");
      if (!directory || directory->empty()) continue;
      add_file(group_state_file(serial_of_states(path, disk), group.name),
               fmt::format("{}/alua/{}/{}", *directory, group.name, access_state_file), path);
    }
  }
  void add_lun(const config::Tree& tree, const config::Object& lun, const Path& path) {
    if (!is_yes(lun.attribute(lun_switch))) return;
    const auto directory = directory_of(tree, path);
    if (directory)
      add_file(lun_state_file(*directory), *directory + "/alua_tg_pt_offline",
               {path.begin(), path.end() - 1});
  }
  void add_file(const std::string& file, const std::string& live, Path owner) {
    if (file.empty()) return;
    files[file] = live;
    folders[file.substr(0, file.rfind('/'))] = std::move(owner);
  }
};

/// What differs between two configurations, of one of them.
StateFiles files_of(const config::Tree& tree, const std::vector<config::Difference>& differences) {
  StateFiles files;
  for (const config::Difference& difference : differences) {
    const config::Object* object = tree.find(difference.path);
    if (object == nullptr) continue;
    Path path = difference.path;
    if (difference.kind != config::Difference::Kind::changed) {
      files.add(tree, *object, path);
    } else if (path.back().object_class == ObjectClass::disk) {
      files.add_disk(tree, *object, path);
    } else if (path.back().object_class == ObjectClass::lun) {
      files.add_lun(tree, *object, path);
    }
  }
  return files;
}

/// Whether what was kept is of another object or older than what is recorded now.
bool is_another(const config::Tree& before, const config::Tree& after, const Path& path,
                const std::string& file) {
  const config::Object& was = *before.find(path);
  const config::Object& now = *after.find(path);
  if (path.back().object_class == ObjectClass::lun)
    return reference_of(before, path) != reference_of(after, path);
  if (path.back().object_class != ObjectClass::disk) return false;
  const std::vector<PortGroup> groups = port_groups_of(now);
  return std::any_of(groups.begin(), groups.end(), [&](const PortGroup& group) {
    const std::string state = recorded_state(now, group);
    return !state.empty() && state != recorded_state(was, group) &&
           file == group_state_file(serial_of_states(path, now), group.name);
  });
}

/// Files in which a state is of before the edit, of objects that do not run: else the kernel has written
/// them.
std::set<std::string> outdated_in(configfs::Tree& live, const config::Tree& before, const config::Tree& after,
                                  const std::vector<config::Difference>& differences, const StateFiles& had) {
  std::set<std::string> files;
  for (const config::Difference& difference : differences) {
    if (after.find(difference.path) == nullptr) continue;
    const bool changed = difference.kind == config::Difference::Kind::changed;
    for (const auto& [file, running] : files_of(after, {difference}).files) {
      const bool is_new = !had.files.contains(file);
      if ((is_new || (changed && is_another(before, after, difference.path, file))) && !live.read(running))
        files.insert(file);
    }
  }
  return files;
}

/// Whether LUNs of the portal group keep their states.
bool keep_states_below(const config::Tree& tree, const Path& portal_group) {
  const config::Object* group = tree.find(portal_group);
  return group != nullptr &&
         std::any_of(group->children.begin(), group->children.end(), [](const auto& child) {
           return child.first.object_class == ObjectClass::lun && is_yes(child.second.attribute(lun_switch));
         });
}

/// Whether all that is above the last name is folders, and no link leads away from there.
bool is_below(const fs::path& folder, const std::string& file) {
  fs::path at = folder;
  for (const fs::path& name : fs::path(file).parent_path()) {
    std::error_code error;
    at /= name;
    if (fs::symlink_status(at, error).type() != fs::file_type::directory) return false;
  }
  return true;
}

}  // namespace

std::string serial_of_states(const Path& path, const config::Object& disk) {
  const std::string& plugin = path[0].id;
  const bool has_states = plugin == "fileio" || plugin == "iblock" || plugin == "rd_mcp";
  return has_states ? std::string(disk.attribute("wwn")) : std::string();
}

std::string group_state_file(std::string_view serial, std::string_view group) {
  // All disks without a serial would have the same files.
  const std::string folder = fmt::format("tpgs_{}", serial);
  if (serial.empty() || !is_plain(folder) || !is_plain(group)) return {};
  return fmt::format("{}/{}", folder, group);
}

std::string lun_state_file(std::string_view directory) {
  constexpr std::string_view group_prefix = "tpgt_";
  const auto parts = split(directory, '/');
  if (parts.size() != 5 || parts[3] != "lun" || !parts[2].starts_with(group_prefix)) return {};
  const std::string fabric(parts[0] == "iscsi" ? "iSCSI" : parts[0]);
  const std::string group =
      fmt::format("{}+{}", endpoint_name(parts[0], parts[1]), parts[2].substr(group_prefix.size()));
  if (!is_plain(fabric) || !is_plain(group) || !is_plain(parts[4])) return {};
  return fmt::format("{}/{}/{}", fabric, group, parts[4]);
}

std::string group_state_text(std::uint64_t id, unsigned state, unsigned status) {
  return fmt::format("tg_pt_gp_id={}\nalua_access_state=0x{:02x}\nalua_access_status=0x{:02x}\n", id, state,
                     status);
}

std::string lun_state_text(unsigned offline, unsigned status) {
  return fmt::format("alua_tg_pt_offline={}\nalua_tg_pt_status=0x{:02x}\n", offline, status);
}

std::optional<std::string> group_state_in(std::string_view text, std::uint64_t id) {
  constexpr std::array<std::uint64_t, 6> states{0, 1, 2, 3, 4, 14};
  const auto values = values_in<3>(text, {"tg_pt_gp_id", "alua_access_state", "alua_access_status"});
  if (!values || (*values)[0] != id) return std::nullopt;
  if (std::find(states.begin(), states.end(), (*values)[1]) == states.end()) return std::nullopt;
  return std::to_string((*values)[1]);
}

std::optional<std::string> lun_state_in(std::string_view text) {
  const auto values = values_in<2>(text, {"alua_tg_pt_offline", "alua_tg_pt_status"});
  if (!values || (*values)[0] > 1) return std::nullopt;
  return std::to_string((*values)[0]);
}

std::optional<std::string> KeptStates::text_of(const std::string& file) {
  if (!folder_) folder_ = dbroot_folder(live_, "alua");
  if (folder_->empty() || file.empty() || !is_below(*folder_, file)) return std::nullopt;
  const Fd fd(::open((*folder_ / file).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::array<char, 4096> text;  // the kernel's are shorter
  const ssize_t size = ::read(fd.get(), text.data(), text.size());
  return size < 0 ? std::nullopt : std::optional(std::string(text.data(), static_cast<std::size_t>(size)));
}

/// And no state is recorded for it by now that is another one.
bool KeptStates::is_of_before(const PortGroup& group, const Path& disk, const std::string& serial) const {
  if (recorded_ == nullptr) return true;
  const config::Object* before = recorded_->find(disk);
  if (before != nullptr && serial_of_states(disk, *before) != serial) return false;
  const std::vector<PortGroup> groups =
      before == nullptr ? std::vector<PortGroup>{} : port_groups_of(*before);
  return std::any_of(groups.begin(), groups.end(), [&](const PortGroup& each) {
    const auto wanted = group.values.find(access_state_file);
    return each.id == group.id && each.name == group.name &&
           (wanted == group.values.end() || wanted->second == recorded_state(*before, each));
  });
}

PortGroup KeptStates::with_state(PortGroup group, const Path& disk, const std::string& serial) {
  if (live_.transactional() || !keeps_state(group) || !is_of_before(group, disk, serial)) return group;
  const auto text = text_of(group_state_file(serial, group.name));
  const auto state = text ? group_state_in(*text, group.id) : std::nullopt;
  if (state && can_have(group, *state)) group.kept_state = *state;
  return group;
}

bool KeptStates::is_lun_of_before(const config::Tree& tree, const Path& path) const {
  return recorded_ == nullptr ||
         (recorded_->find(path) != nullptr && reference_of(*recorded_, path) == reference_of(tree, path));
}

void KeptStates::add_to(MakeOptions& options, const config::Tree& tree, const Path& path) {
  if (live_.transactional()) return;
  const config::Object& object = *tree.find(path);
  if (path.back().object_class == ObjectClass::disk) {
    for (const PortGroup& group : port_groups_of(object)) {
      PortGroup kept = with_state(group, path, serial_of_states(path, object));
      if (!kept.kept_state.empty()) options.access_states[group.name] = std::move(kept.kept_state);
    }
  } else if (path.back().object_class == ObjectClass::lun && is_yes(object.attribute(lun_switch))) {
    if (!is_lun_of_before(tree, path)) return;
    const auto directory = directory_of(tree, path);
    const auto text = directory ? text_of(lun_state_file(*directory)) : std::nullopt;
    options.offline = text && lun_state_in(*text) == "1";
  }
}

void forget_states(configfs::Tree& live, const config::Tree& before, const config::Tree& after) {
  if (live.transactional()) return;
  const auto differences = config::diff(before, after);
  const StateFiles had = files_of(before, differences);
  const StateFiles have = files_of(after, differences);
  if (had.files.empty() && have.files.empty()) return;
  std::set<std::string> gone = outdated_in(live, before, after, differences, had);
  for (const auto& [file, running] : had.files) {
    if (!have.files.contains(file)) gone.insert(file);
  }
  const fs::path folder = gone.empty() ? fs::path() : dbroot_folder(live, "alua");
  if (folder.empty()) return;
  for (const std::string& file : gone) {
    if (is_below(folder, file)) (void)::unlink((folder / file).c_str());
  }
  // One that holds something else stays.
  for (const auto& [each, owner] : had.folders) {
    if (!have.folders.contains(each) && !keep_states_below(after, owner) && is_below(folder, each))
      (void)::rmdir((folder / each).c_str());
  }
}

}  // namespace lunet::target
