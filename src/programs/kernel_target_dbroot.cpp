// SPDX-License-Identifier: Apache-2.0
#include "programs/kernel_target_dbroot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/fd.h"
#include "base/text.h"
#include "target/kept_states.h"

namespace lunet::programs {
namespace {

namespace fs = std::filesystem;

std::string read_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line));
}

bool has_disks(const fs::path& core) {
  std::error_code error;
  const fs::directory_iterator entries(core, error);
  return std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return name != "alua" && name.find('_') != std::string::npos;
  });
}

void make_folder(const fs::path& path) {
  std::error_code error;
  if (!fs::create_directories(path, error)) return;
  fs::permissions(path, fs::perms::owner_all, error);  // names of initiators and their reservations
}

/// What is to stand in which file below the folder "alua".
struct StateFile {
  std::string name;
  std::string text;  ///< "" while the state is in transition
};

std::optional<unsigned> number_in(const fs::path& path) {
  const auto number = parse_unsigned(read_line(path));
  return number ? std::optional(static_cast<unsigned>(*number)) : std::nullopt;
}

/// LIO says it in words.
unsigned access_status(const std::string& words) {
  if (words.find("Explicit") != std::string::npos) return 1;
  return words.find("Implicit") != std::string::npos ? 2 : 0;
}

/// Of the group with that directory, core/HBA/DISK/alua/GROUP.
StateFile group_state(const fs::path& group) {
  // What is passed through, or served by a handler, answers for itself.
  for (const std::string_view plugin : {"/core/pscsi_", "/core/user_"}) {
    if (group.string().find(plugin) != std::string::npos) return {};
  }
  const std::string serial = read_line(group.parent_path().parent_path() / "wwn/vpd_unit_serial");
  const std::size_t colon = serial.find(": ");
  const auto id = number_in(group / "tg_pt_gp_id");
  const auto state = number_in(group / "alua_access_state");
  if (colon == std::string::npos || !id || !state) return {};
  const unsigned status = access_status(read_line(group / "alua_access_status"));
  const std::string text = target::group_state_text(*id, *state, status);
  return {target::group_state_file(serial.substr(colon + 2), group.filename().string()),
          target::group_state_in(text, *id) ? text : ""};
}

StateFile lun_state(const fs::path& root, const std::string& lun) {
  const auto offline = number_in(root / lun / "alua_tg_pt_offline");
  const auto status = number_in(root / lun / "alua_tg_pt_status");
  if (!offline || !status) return {};
  return {target::lun_state_file(lun), target::lun_state_text(*offline, *status)};
}

/// In place of what is there, and never half of it. `made` is where no state has its place.
void write_state(const fs::path& path, const fs::path& made, const std::string& text) {
  const Fd file(::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return;
  const bool whole = ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!whole || ::rename(made.c_str(), path.c_str()) != 0) (void)::unlink(made.c_str());
}

}  // namespace

void begin_to_keep_state(const std::string& root, std::string_view path, const std::string& kernel_default) {
  const fs::path object = fs::path(path).parent_path();
  const StateFile state = path.starts_with("core/") ? group_state(root / object) : lun_state(root, object);
  const std::string dbroot = read_line(fs::path(root) / "dbroot");
  const fs::path all = fs::path(dbroot.empty() ? kernel_default : dbroot) / "alua";
  if (state.name.empty() || !all.is_absolute()) return;
  fs::path folder = all;
  (void)::mkdir(folder.c_str(), 0700);
  for (const fs::path& name : fs::path(state.name).parent_path()) {
    folder /= name;
    (void)::mkdir(folder.c_str(), 0700);
  }
  if (read_line(fs::path(root) / path) != "0") return;
  if (state.text.empty()) {
    (void)::unlink((all / state.name).c_str());
  } else {
    write_state(all / state.name, all / ".new", state.text);
  }
}

void settle_dbroot(const std::string& root, const std::string& wanted, const std::string& kernel_default) {
  const fs::path file = fs::path(root) / "dbroot";
  std::string folder = read_line(file);
  if (folder.empty()) return;  // an old kernel, which has one place
  std::error_code error;
  if (folder == kernel_default && !fs::exists(folder, error) && !has_disks(fs::path(root) / "core")) {
    make_folder(wanted);
    std::ofstream(file) << wanted << '\n';
    folder = read_line(file);
  }
  make_folder(fs::path(folder) / "pr");
  make_folder(fs::path(folder) / "alua");
}

}  // namespace lunet::programs
