// SPDX-License-Identifier: Apache-2.0
#include "programs/kernel_target_dbroot.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"

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

}  // namespace

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
