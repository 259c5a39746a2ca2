// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/holder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "base/text.h"

namespace lunet::backstore {

namespace {

std::vector<std::string> names_in(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  std::vector<std::string> names;
  if (!open) return names;
  while (const dirent* entry = ::readdir(open.get())) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  return names;
}

/// The files of /proc and /sys are short.
std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string device_number(dev_t device) {
  return fmt::format("{}:{}", major(device), minor(device));
}

bool same_file(const struct stat& file, const struct statx& other) {
  if (S_ISBLK(file.st_mode))
    return S_ISBLK(other.stx_mode) && file.st_rdev == makedev(other.stx_rdev_major, other.stx_rdev_minor);
  return file.st_dev == makedev(other.stx_dev_major, other.stx_dev_minor) && file.st_ino == other.stx_ino;
}

/// The descriptor holds a lock, or, on a block device, where O_EXCL leaves no trace, is open at all.
/// Other programs have files open on storage that does not answer: it is not asked (ruling 47).
bool may_hold(const std::string& process, const std::string& descriptor, const struct stat& file) {
  struct statx other{};
  const std::string path = fmt::format("/proc/{}/fd/{}", process, descriptor);
  if (::statx(AT_FDCWD, path.c_str(), AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &other) != 0) return false;
  if (!same_file(file, other)) return false;
  if (S_ISBLK(file.st_mode)) return true;
  for (const auto& line : lines_of(fmt::format("/proc/{}/fdinfo/{}", process, descriptor))) {
    if (line.starts_with("lock:")) return true;
  }
  return false;
}

std::optional<std::string> holding_process(const struct stat& file) {
  for (const auto& process : names_in("/proc")) {
    if (!parse_unsigned(process)) continue;
    for (const auto& descriptor : names_in(fmt::format("/proc/{}/fd", process))) {
      if (!may_hold(process, descriptor, file)) continue;
      if (process == std::to_string(::getpid())) return "this process, for another disk";
      const auto name = lines_of(fmt::format("/proc/{}/comm", process));
      return fmt::format("{} (process {})", name.empty() ? "a program" : name.front(), process);
    }
  }
  return std::nullopt;
}

/// proc(5): the third field of mountinfo is the device's number, the fifth the mount point.
std::optional<std::string> mount_of(dev_t device) {
  for (const auto& line : lines_of("/proc/self/mountinfo")) {
    const auto fields = split(line, ' ');
    if (fields.size() > 4 && fields[2] == device_number(device))
      return fmt::format("a mount on {}", fields[4]);
  }
  return std::nullopt;
}

std::string folder_of(dev_t device) {
  return fmt::format("/sys/dev/block/{}", device_number(device));
}

std::optional<std::string> first_line(const std::string& path) {
  const auto lines = lines_of(path);
  if (lines.empty()) return std::nullopt;
  return lines.front();
}

/// md, device mapper, bcache: "dm-0 (vg-lun1)", "md0".
std::optional<std::string> device_above(dev_t device) {
  const auto names = names_in(folder_of(device) + "/holders");
  if (names.empty()) return std::nullopt;
  const auto mapped = first_line(fmt::format("/sys/block/{}/dm/name", names.front()));
  return mapped ? fmt::format("{} ({})", names.front(), *mapped) : names.front();
}

bool is_device(const std::string& path, dev_t device) {
  struct stat file{};
  return ::stat(path.c_str(), &file) == 0 && S_ISBLK(file.st_mode) && file.st_rdev == device;
}

/// proc(5): the first field of /proc/swaps is the device's path.
std::optional<std::string> swap_on(dev_t device) {
  for (const auto& line : lines_of("/proc/swaps")) {
    if (is_device(line.substr(0, line.find_first_of(" \t")), device)) return "swap";
  }
  return std::nullopt;
}

std::optional<std::string> kernel_target_of(dev_t device) {
  const std::string core = "/sys/kernel/config/target/core/";
  for (const auto& hba : names_in(core)) {
    if (!hba.starts_with("iblock_")) continue;
    for (const auto& disk : names_in(core + hba)) {
      const auto path = first_line(fmt::format("{}{}/{}/udev_path", core, hba, disk));
      if (path && is_device(*path, device)) return fmt::format("the kernel's target, for disk {}", disk);
    }
  }
  return std::nullopt;
}

std::optional<std::string> user_of(dev_t device) {
  if (auto above = device_above(device)) return above;
  if (auto mount = mount_of(device)) return mount;
  if (auto swap = swap_on(device)) return swap;
  return kernel_target_of(device);
}

/// Who uses a partition keeps its disk busy.
std::optional<std::string> user_of_partition(dev_t disk) {
  for (const auto& name : names_in(folder_of(disk))) {
    const std::string folder = folder_of(disk) + "/" + name;
    if (!first_line(folder + "/partition")) continue;
    const auto number = first_line(folder + "/dev").value_or("");
    const auto colon = number.find(':');
    if (colon == std::string::npos) continue;
    const auto major_number = parse_unsigned(number.substr(0, colon));
    const auto minor_number = parse_unsigned(number.substr(colon + 1));
    if (!major_number || !minor_number) continue;
    const auto partition =
        makedev(static_cast<unsigned>(*major_number), static_cast<unsigned>(*minor_number));
    if (auto user = user_of(partition)) return fmt::format("{}, through {}", *user, name);
  }
  return std::nullopt;
}

}  // namespace

std::string holder_of(const struct stat& file) {
  if (S_ISBLK(file.st_mode)) {
    if (auto user = user_of(file.st_rdev)) return *user;
    if (auto user = user_of_partition(file.st_rdev)) return *user;
  }
  return holding_process(file).value_or("");
}

}  // namespace lunet::backstore
